// What a .gz holds, as a stream.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// The stream turns bad where the file is damaged or cut off. A file that is no .gz comes as it is.
// Throws Error if it cannot be opened.
std::unique_ptr<std::istream> open_gzip(const std::string& path);

}  // namespace rw::inline REWIND_ABI::datasets
