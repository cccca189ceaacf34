// What a .gz holds, as a stream.
#pragma once

#include <istream>
#include <memory>
#include <string>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Throws Error if the file is missing, no gzip file, or damaged at its beginning. Where it is damaged or cut off
// further on, the stream turns bad.
std::unique_ptr<std::istream> open_gzip(const std::string& path);

}  // namespace rw::inline REWIND_ABI::datasets
