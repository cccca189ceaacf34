// Attention: each of T queries looks at the S steps of a memory, and takes the mean of their values, weighed by how
// well their keys fit it.
//
//   weights (B, T, S) = softmax over s of score(query_t, key_s)       output (T, B, D) = sum over s of weights value_s
//
// A mask is a boolean tensor, 1 where a query may look and 0 where it may not, that broadcasts to (B, T, S). A query
// that may look nowhere gets zeros. Masks are made once a batch; they are combined by multiplying them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"
#include "nn/linear.hpp"
#include "nn/mask.hpp"

namespace rw::inline REWIND_ABI::nn {

struct Attended {
  Tensor output;   // (T, B, D)
  Tensor weights;  // (B, T, S), or (B, heads, T, S)
};

Tensor causal_mask(std::size_t T);      // (T, T): step t sees the steps 0 ... t
Tensor padding_mask(const Mask& mask);  // (B, 1, S): the real steps; undefined if all are

// Throws "[layer] mask: ..." unless the mask is undefined, or broadcasts to (B, T, S) and holds 0 and 1 alone.
void check_mask(const char* layer, const Tensor& mask, std::size_t B, std::size_t T, std::size_t S);

// softmax(scores) values: scores (B, T, S), values (B, S, D).
Attended attend(const Tensor& scores, const Tensor& values, const Tensor& mask = {});

// What a decoder looks at, made ready once for all its steps.
struct Memory {
  Tensor keys, values;  // (B, S, A), (B, S, D)
  Tensor mask;          // (B, 1, S), or undefined
};

// The scores, each with remember(), which makes a sequence (S, B, D) a memory and clears its padding, and score(): of
// queries (T, B, Q), as (B, T, S). They throw if widths do not fit.

// v . tanh(W q + U k)                                       (Bahdanau, Cho & Bengio 2015, A.1.2)
struct AdditiveAttention {
  static constexpr const char* name = "additive";

  Linear query;       // W (A, Q), with the bias of both
  Tensor key_weight;  // U (A, D)
  Tensor v;           // (A, 1)

  AdditiveAttention(std::size_t query_width, std::size_t memory_width, std::size_t width, Rng& rng);
  Memory remember(const Tensor& sequence, const Mask& mask = {}) const;
  Tensor score(const Tensor& queries, const Tensor& keys) const;
  void visit(auto&& f) { f("query", query), f("key_weight", key_weight), f("v", v); }
};

// q . W k                                                   (Luong, Pham & Manning 2015, eq. 8, "general")
struct GeneralAttention {
  static constexpr const char* name = "general";

  Tensor weight;  // W (Q, D)

  GeneralAttention(std::size_t query_width, std::size_t memory_width, std::size_t width, Rng& rng);
  Memory remember(const Tensor& sequence, const Mask& mask = {}) const;
  Tensor score(const Tensor& queries, const Tensor& keys) const;
  void visit(auto&& f) { f("weight", weight); }
};

// q . k, the widths being equal                             (Luong, Pham & Manning 2015, eq. 8, "dot")
struct DotAttention {
  static constexpr const char* name = "dot";

  DotAttention(std::size_t query_width, std::size_t memory_width, std::size_t width, Rng& rng);
  Memory remember(const Tensor& sequence, const Mask& mask = {}) const;
  Tensor score(const Tensor& queries, const Tensor& keys) const;
  void visit(auto&&) {}
};

// q . k / sqrt(D), the widths being equal                   (Vaswani et al. 2017, eq. 1)
struct ScaledDotAttention : DotAttention {
  static constexpr const char* name = "scaled_dot";

  using DotAttention::DotAttention;
  Tensor score(const Tensor& queries, const Tensor& keys) const;
};

template <class Score>
Attended attend(const Score& attention, const Tensor& queries, const Memory& memory) {
  return attend(attention.score(queries, memory.keys), memory.values, memory.mask);
}

std::vector<std::string> attention_names();

// One of them, chosen by name at run time. `width`: A, of additive attention. Throws for another name.
class AnyAttention {
 public:
  AnyAttention(const std::string& name, std::size_t query_width, std::size_t memory_width, std::size_t width, Rng& rng);

  Memory remember(const Tensor& sequence, const Mask& mask = {}) const;
  Attended operator()(const Tensor& queries, const Memory& memory) const;
  void visit(auto&& f) {
    std::visit([&](auto& attention) { attention.visit(f); }, attention_);
  }

 private:
  std::variant<DotAttention, ScaledDotAttention, GeneralAttention, AdditiveAttention> attention_;
};

}  // namespace rw::inline REWIND_ABI::nn
