#include "nn/pooling.hpp"

#include <algorithm>
#include <limits>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "nn/init.hpp"

namespace rw::inline REWIND_ABI::nn {

namespace {

RealSteps checked_steps(const char* op, const Tensor& x, const Mask& mask) {
  check_rank(op, "x (T, B, D)", 3, x.shape());
  return mask.real_steps(op, x.shape());
}

}  // namespace

Tensor last_step(const Tensor& x, const Mask& mask) {
  const IndexArray last = checked_steps("last_step", x, mask).last;
  const std::size_t T = x.size(0), B = x.size(1), D = x.size(2);
  IndexArray rows(Shape{B});
  for (std::size_t b = 0; b < B; ++b) rows.data()[b] = last.data()[b] * static_cast<Index>(B) + static_cast<Index>(b);
  return embedding(reshape(x, {T * B, D}), rows);
}

// Padding becomes the lowest finite number, not -inf, which AnomalyMode would take for a mistake.
Tensor max_over_time(const Tensor& x, const Mask& mask) {
  checked_steps("max_over_time", x, mask);
  return max(mask.fill_padding(x, std::numeric_limits<Scalar>::lowest()), {0});
}

Tensor mean_over_time(const Tensor& x, const Mask& mask) {
  const IndexArray count = checked_steps("mean_over_time", x, mask).count;
  Array steps(Shape{x.size(1), 1});
  std::copy(count.begin(), count.end(), steps.data());
  return sum(mask.zero_padding(x), {0}) / steps;
}

AttentionPooling::AttentionPooling(std::size_t width, Rng& rng)
    : key(width, width, rng), v(init::glorot(width, 1, rng)) {}

Tensor AttentionPooling::weights(const Tensor& x, const Mask& mask) const { return look(x, mask).weights; }

Tensor AttentionPooling::operator()(const Tensor& x, const Mask& mask) const {
  return select(look(x, mask).output, 0, 0);
}

Attended AttentionPooling::look(const Tensor& x, const Mask& mask) const {
  checked_steps("attention_pooling", x, mask);
  const Tensor values = transpose(mask.zero_padding(x), 0, 1);  // (B, T, D)
  const Tensor scores = matmul(tanh(key(values)), v);           // (B, T, 1)
  return attend(transpose(scores), values, padding_mask(mask));
}

}  // namespace rw::inline REWIND_ABI::nn
