#include "nn/truncated_bptt.hpp"

#include <fmt/format.h>

namespace rw::inline REWIND_ABI::nn {

void check_truncation(const Truncation& k) {
  if (k.k1 == 0 || k.k1 > k.k2)
    fail("truncated_bptt", fmt::format("k1 = {}, k2 = {}: expected 1 <= k1 <= k2", k.k1, k.k2));
}

}  // namespace rw::inline REWIND_ABI::nn
