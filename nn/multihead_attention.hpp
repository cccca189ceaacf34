// Multi-head attention: each head looks at the steps in a subspace of its own (Vaswani et al. 2017, 3.2.2). Parameters
// are named as PyTorch names them.
#pragma once

#include "nn/attention.hpp"
#include "nn/dropout.hpp"

namespace rw::inline REWIND_ABI::nn {

// The keys and values of the steps that were read, so that each new step is projected once. Without gradients.
struct KVCache {
  std::size_t length = 0;                  // S, steps
  Array keys = Array(), values = Array();  // (capacity, B, E), the first S rows of which are set

  // These throw for steps of another number of sequences, and for a sequence that is not there.
  void check_batch(std::size_t B) const;
  void append(const Array& k, const Array& v);  // (T, B, E)
  void select(const IndexArray& rows);          // goes on with these of the B sequences, as a beam search does
};

struct MultiheadAttention {
  std::size_t heads = 1;
  bool rotary = false;    // self-attention turns queries and keys to where they stand: rotate()
  Tensor in_proj_weight;  // (3 E, E): of queries, keys, values; Glorot
  Tensor in_proj_bias;    // (3 E), zero
  Linear out_proj;        // (E, E)
  Dropout dropout;        // of the weights

  // Throws if the width E is no multiple of `heads`, or its heads' width is odd and they are to be turned.
  MultiheadAttention(std::size_t width, std::size_t n_heads, double p, Rng& rng, bool with_rotary = false);

  // x (T, B, E) looks at itself -> output (T, B, E), weights (B, heads, T, T). What the mask hides must be finite.
  Attended operator()(const Tensor& x, const Tensor& mask = {}) const;
  // Queries (T, B, E) look at a memory, keys and values (S, B, E), maybe the same one.
  Attended operator()(const Tensor& queries, const Tensor& keys, const Tensor& values, const Tensor& mask = {}) const;

  // The next steps x (T, B, E) look at those in the cache, which they join, and at themselves, none ahead.
  Attended operator()(const Tensor& x, KVCache& cache) const;
  // A memory (S, B, E) made ready for look_up(), and queries (T, B, E) that look at it.
  KVCache remember(const Tensor& memory) const;
  Attended look_up(const Tensor& queries, const KVCache& memory, const Tensor& mask = {}) const;

  void visit(auto&& f) {
    f("in_proj_weight", in_proj_weight), f("in_proj_bias", in_proj_bias), f("out_proj", out_proj);
    f("dropout", dropout);
  }

 private:
  std::size_t width() const { return in_proj_weight.size(1); }
  void check_input(const char* role, const Tensor& x) const;
  Tensors project(const Tensor& x, std::size_t first, std::size_t n) const;  // n of q, k, v, each (B, heads, T, d)
  Attended attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) const;
  Attended attend(const Tensor& q, const KVCache& cache, const Tensor& mask) const;  // q (T, B, E)
};

}  // namespace rw::inline REWIND_ABI::nn
