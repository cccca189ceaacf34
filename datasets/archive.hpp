// The files of a folder or of a tar archive, which is never unpacked.
#pragma once

#include <functional>
#include <string>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Calls read(name, content) for each regular file below a folder, or in a .tar or .tar.gz, whose name is wanted. Names
// are relative ("aclImdb/train/pos/0_9.txt"). A folder's files come sorted by name, an archive's as they stand in it.
// Throws Error if `path` is missing, no archive, or damaged: one that is cut off names the last file that was whole.
void for_each_file(const std::string& path, const std::function<bool(const std::string& name)>& wanted,
                   const std::function<void(const std::string& name, const std::string& content)>& read);

}  // namespace rw::inline REWIND_ABI::datasets
