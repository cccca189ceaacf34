#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// y = x W^T + b: x (..., in) -> (..., out).
struct Linear {
  Tensor weight;  // (out, in), Glorot
  Tensor bias;    // (out), zero

  Linear() = default;
  Linear(std::size_t in, std::size_t out, Rng& rng);

  Tensor operator()(const Tensor& x) const;
  void visit(auto&& f) { f("weight", weight), f("bias", bias); }
};

}  // namespace rw::inline REWIND_ABI::nn
