// CRF: a linear-chain conditional random field over the tags of a sequence (Lafferty, McCallum & Pereira 2001).
#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"
#include "nn/mask.hpp"

namespace rw::inline REWIND_ABI::nn {

// Which tags may stand where, as a scheme such as BIOES has it: 1 allowed, 0 forbidden.
struct AllowedTags {
  Array transitions;  // (K, K): tag j right after tag i
  Array start, end;   // (K): the first tag of a sequence, the last one
};

// The emissions e (T, B, K) come from the network below. Of all K^T sequences of tags y,
//
//   score(y) = start[y_0] + e_0[y_0] + sum_{t > 0} (transitions[y_{t-1}, y_t] + e_t[y_t]) + end[y_{T-1}]
//   log p(y) = score(y) - log Z,    Z = sum_y exp(score(y))
//
// Parameters are named as pytorch-crf names them. A sequence's padding stands after its steps; what it holds, tags
// included, changes nothing. Each function throws if emissions, tags or mask do not fit.
struct CRF {
  Tensor transitions;                         // (K, K): from tag i to tag j, uniform in +-0.1, as the others
  Tensor start_transitions, end_transitions;  // (K)
  Array forbidden;  // (K K + 2 K) of transitions, start, end: 1 where there is a constant instead of a parameter

  CRF() = default;
  CRF(std::size_t tags, Rng& rng);  // everything is allowed
  CRF(const AllowedTags& allowed, Rng& rng);

  // Mean of -log p(tags) over the sequences, tags (T, B) -> (). A forbidden step of `tags` costs 10^4.
  Tensor loss(const Tensor& emissions, const IndexArray& tags, const Mask& mask = {}) const;
  Tensor log_partition(const Tensor& emissions, const Mask& mask = {}) const;                  // log Z (B)
  Tensor score(const Tensor& emissions, const IndexArray& tags, const Mask& mask = {}) const;  // (B)

  // The tags (T, B) of the highest score (Viterbi 1967), and cross_entropy's ignore_index in padding. Forbidden steps
  // are as few as can be, whatever the emissions: none if there is a way without.
  IndexArray decode(const Tensor& emissions, const Mask& mask = {}) const;

  void visit(auto&& f) {
    f("transitions", transitions), f("start_transitions", start_transitions), f("end_transitions", end_transitions);
  }

 private:
  Tensor scores(Scalar of_forbidden) const;  // (K K + 2 K): transitions, start, end
};

}  // namespace rw::inline REWIND_ABI::nn
