// Conv1d: a convolution over time, such as over the characters of a word (dos Santos & Zadrozny 2014).
#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"
#include "nn/mask.hpp"

namespace rw::inline REWIND_ABI::nn {

// y_t = bias + sum_w weight[:, :, w] x_{t + w - (W - 1) / 2}, x = 0 outside the sequence: x (T, B, D) -> (T, B, C).
// This is PyTorch's Conv1d with padding="same" and its weights. In padding, which is read as 0, y means nothing.
struct Conv1d {
  Tensor weight;  // (C, D, W), Glorot
  Tensor bias;    // (C), zero

  Conv1d() = default;
  // Throws for a width of 0.
  Conv1d(std::size_t in, std::size_t out, std::size_t width, Rng& rng);

  Tensor operator()(const Tensor& x, const Mask& mask = {}) const;  // throws if x or the mask does not fit
  void visit(auto&& f) { f("weight", weight), f("bias", bias); }
};

}  // namespace rw::inline REWIND_ABI::nn
