#include "nn/dropout.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"

namespace rw::inline REWIND_ABI::nn {

namespace {

double checked(double p) {
  if (!(p >= 0 && p < 1)) fail("dropout", fmt::format("p = {}: expected a probability in [0, 1)", p));
  return p;
}

}  // namespace

Dropout::Dropout(double probability, Rng& generator) : p(checked(probability)), rng(&generator) {}

Tensor Dropout::operator()(const Tensor& x) const { return training && p > 0 ? dropout(x, p, *rng) : x; }

SequenceDropout::SequenceDropout(double probability, Rng& generator) : p(checked(probability)), rng(&generator) {}

Tensor SequenceDropout::mask(const Shape& shape) const {
  return training && p > 0 ? dropout(Array(shape, Scalar(1)), p, *rng) : Tensor();
}

Tensor SequenceDropout::operator()(const Tensor& x) const {
  const Tensor m = mask({x.size(1), x.size(2)});
  return m.defined() ? x * m : x;
}

IndexArray drop_words(const IndexArray& indices, double p, Index unknown, Rng& rng) {
  IndexArray kept = indices;
  if (checked(p) == 0) return kept;
  for (Index& word : kept)
    if (word != 0 && rng.uniform() < p) word = unknown;
  return kept;
}

}  // namespace rw::inline REWIND_ABI::nn
