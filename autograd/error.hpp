// The one class of errors.
#pragma once

#include <stdexcept>

namespace rw {

// Everything the library throws on purpose. what() is one sentence for a person, with what to do.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace rw
