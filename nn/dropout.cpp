#include "nn/dropout.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"

namespace rw::inline REWIND_ABI::nn {

Dropout::Dropout(double probability, Rng& rng) : p(probability), rng_(&rng) {
  if (!(p >= 0 && p < 1)) fail("dropout", fmt::format("p = {}: expected a probability in [0, 1)", p));
}

Tensor Dropout::operator()(const Tensor& x) const { return training && p > 0 ? dropout(x, p, *rng_) : x; }

}  // namespace rw::inline REWIND_ABI::nn
