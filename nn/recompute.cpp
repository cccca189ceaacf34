#include "nn/recompute.hpp"

#include <fmt/format.h>

namespace rw::inline REWIND_ABI::nn {

void check_segments(std::size_t T, std::size_t n) {
  if (n == 0 || n > T) fail("in_segments", fmt::format("{} segments of {} steps: expected 1 to {}", n, T, T));
}

}  // namespace rw::inline REWIND_ABI::nn
