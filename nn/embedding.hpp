#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// y = weight[indices]: indices S -> S + (D). Throws for an index outside 0 ... V - 1.
struct Embedding {
  Tensor weight;  // (V, D), normal with deviation 1 / sqrt(D)

  Embedding() = default;
  Embedding(std::size_t vocabulary, std::size_t width, Rng& rng);

  Tensor operator()(const IndexArray& indices) const;
  void visit(auto&& f) { f("weight", weight); }
};

}  // namespace rw::inline REWIND_ABI::nn
