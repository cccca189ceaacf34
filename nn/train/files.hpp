// Files that are whole or absent: written to a temporary beside their place, synced, renamed, and only then
// is the old one gone. Every failure is an Error with the path and the system's reason.
#pragma once

#include <string>
#include <string_view>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::nn {

// The bytes of a regular file.
std::string read_file(const std::string& path);

// A new file, on the disk when this returns; removed again if it cannot be written whole.
void write_file(const std::string& path, std::string_view bytes);

// The same, taking the place of the file that may be there: at any moment one of the two is there, whole.
void replace_file(const std::string& path, std::string_view bytes);

// The same, unless there is a file: then it stays, and the answer is false.
bool create_file(const std::string& path, std::string_view bytes);

// Removes the temporaries that killed programs left beside `path` when they would have replaced it.
void remove_temporaries(const std::string& path);

// Throws if replace_file(path) would fail, by now: found out before the work that is to be written there. Folders that
// are not there count as made.
void check_writable(const std::string& path);

void make_directories(const std::string& path);
// Renames, and syncs the parent directory: after a power cut it has happened whole or not at all.
void rename_synced(const std::string& from, const std::string& to);

// XXH64 with seed 0, as 16 hexadecimal digits: what `xxhsum -H1` prints.
std::string xxh64(std::string_view bytes);

}  // namespace rw::inline REWIND_ABI::nn
