// On what a program runs: what belongs beside a figure that it measured.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// {"processor", "cores", "threads", "precision", "scalar", "compiler", "version", "date"}. The date is that of
// now, in UTC.
nlohmann::json environment();

}  // namespace rw::inline REWIND_ABI::examples
