// Pooling over time: the outputs of a layer (T, B, D) made one vector a sequence, (B, D). Padding is left out. Each
// throws if x or the mask does not fit, or if a sequence has no real step.
#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"
#include "nn/attention.hpp"

namespace rw::inline REWIND_ABI::nn {

Tensor last_step(const Tensor& x, const Mask& mask = {});  // x at the last real step
Tensor max_over_time(const Tensor& x, const Mask& mask = {});
Tensor mean_over_time(const Tensor& x, const Mask& mask = {});

// The mean of the steps, weighed by what they are worth: softmax over t of v . tanh(W x_t + b). (Yang et al. 2016,
// eq. 5 to 7; Lin et al. 2017)
struct AttentionPooling {
  Linear key;  // W (D, D), b
  Tensor v;    // (D, 1): the query that is learned

  AttentionPooling() = default;
  AttentionPooling(std::size_t width, Rng& rng);

  Tensor operator()(const Tensor& x, const Mask& mask = {}) const;
  Tensor weights(const Tensor& x, const Mask& mask = {}) const;  // (B, 1, T), 0 where padded
  void visit(auto&& f) { f("key", key), f("v", v); }

 private:
  Attended look(const Tensor& x, const Mask& mask) const;
};

}  // namespace rw::inline REWIND_ABI::nn
