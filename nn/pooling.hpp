// Pooling over time: the outputs of a layer (T, B, D) made one vector a sequence, (B, D). Padding is left out. Each
// throws if x or the mask does not fit, or if a sequence has no real step.
#pragma once

#include "autograd/tensor.hpp"
#include "nn/mask.hpp"

namespace rw::inline REWIND_ABI::nn {

Tensor last_step(const Tensor& x, const Mask& mask = {});  // x at the last real step
Tensor max_over_time(const Tensor& x, const Mask& mask = {});
Tensor mean_over_time(const Tensor& x, const Mask& mask = {});

}  // namespace rw::inline REWIND_ABI::nn
