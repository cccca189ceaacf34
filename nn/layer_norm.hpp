#pragma once

#include "autograd/ops.hpp"
#include "nn/init.hpp"

namespace rw::inline REWIND_ABI::nn {

// (x - mean) / sqrt(var + eps) * weight + bias over the last axis: x (..., D) (Ba, Kiros & Hinton 2016).
struct LayerNorm {
  Tensor weight, bias;  // (D): ones, zeros

  LayerNorm() = default;
  explicit LayerNorm(std::size_t width) : weight(init::constant({width}, 1)), bias(init::constant({width}, 0)) {}

  Tensor operator()(const Tensor& x) const { return layer_norm(x, weight, bias); }
  void visit(auto&& f) { f("weight", weight), f("bias", bias); }
};

}  // namespace rw::inline REWIND_ABI::nn
