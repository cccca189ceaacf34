#pragma once

#include <string>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// SHA-256 of a file's bytes, as 64 hexadecimal digits: what `sha256sum` prints.
std::string sha256_of_file(const std::string& path);

}  // namespace rw::inline REWIND_ABI::examples
