// Text files, read whole.
#pragma once

#include <string>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// The contents of all files, one after the other, as `cat` does. Unless `bytes`, each file must be UTF-8 (see
// check_utf8); a byte order mark at its beginning is dropped.
// Throws Error with the file's name: missing, a directory, unreadable, empty, binary, wrongly encoded.
std::string read_text(const std::vector<std::string>& paths, bool bytes = false);

}  // namespace rw::inline REWIND_ABI::datasets
