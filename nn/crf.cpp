#include "nn/crf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/init.hpp"
#include "nn/recurrent.hpp"

namespace rw::inline REWIND_ABI::nn {

namespace {

// Finite, so that even forbidden tags have a loss and gradients; and what no sum of emissions makes up for.
constexpr Scalar costly = Scalar(-1e4), never = Scalar(-1e30);

void append_forbidden(const char* role, const Shape& expected, const Array& allowed, Scalar*& to) {
  check_shape("crf", role, expected, allowed.shape());
  for (const Scalar a : allowed) {
    if (a != 0 && a != 1) fail("crf", fmt::format("{}: expected 1 (allowed) or 0 (forbidden), got {}", role, a));
    *to++ = 1 - a;
  }
}

// (B): the number of steps of each sequence.
IndexArray checked_lengths(std::size_t K, const Tensor& emissions, const Mask& mask) {
  check_input("crf", K, emissions);
  const RealSteps steps = mask.real_steps("crf", emissions.shape());
  for (std::size_t b = 0; b < steps.last.size(); ++b)
    if (steps.count.data()[b] != steps.last.data()[b] + 1)
      fail("crf", fmt::format("mask: sequence {} has padding before step {}: expected it after the last real step", b,
                              steps.last.data()[b]));
  return steps.last + 1;
}

// tags (T, B) with 0 in padding.
IndexArray checked_tags(std::size_t K, const IndexArray& tags, const IndexArray& lengths, const Shape& emissions) {
  check_shape("crf", "tags", {emissions[0], emissions[1]}, tags.shape());
  IndexArray clean(tags.shape(), 0);
  for (std::size_t t = 0; t < emissions[0]; ++t)
    for (std::size_t b = 0; b < lengths.size(); ++b) {
      if (static_cast<Index>(t) >= lengths.data()[b]) continue;
      const Index tag = clean(t, b) = tags(t, b);
      if (tag < 0 || static_cast<std::size_t>(tag) >= K)
        fail("crf", fmt::format("tag {} at ({}, {}): expected 0 <= tag < {}", tag, t, b, K));
    }
  return clean;
}

// Where the terms of each score() stand in scores(): (T + 1, B), start, T - 1 transitions and end; after the end, 0.
IndexArray path_of(std::size_t K, const IndexArray& tags, const IndexArray& lengths) {
  const auto k = static_cast<Index>(K);
  const std::size_t T = tags.shape()[0], B = lengths.size();
  IndexArray path(Shape{T + 1, B}, k * k + 2 * k);
  for (std::size_t b = 0; b < B; ++b) {
    const auto n = static_cast<std::size_t>(lengths.data()[b]);
    path(0, b) = k * k + tags(0, b);
    for (std::size_t t = 1; t < n; ++t) path(t, b) = tags(t - 1, b) * k + tags(t, b);
    path(n, b) = k * k + k + tags(n - 1, b);
  }
  return path;
}

// The best tags of one sequence at a time.
struct Viterbi {
  std::size_t K;
  const Scalar *transitions, *start, *end;
  pool::Vector<Scalar> best, next;  // (K): score of the best way to each tag
  pool::Vector<Index> from;         // (T, K): the tag before, on that way

  // One step: emissions e (K); `before` (K) gets the tags that the best ways come from.
  void step(const Scalar* e, Index* before) {
    std::fill(next.begin(), next.end(), -std::numeric_limits<Scalar>::infinity());
    for (std::size_t i = 0; i < K; ++i)
      for (std::size_t j = 0; j < K; ++j) {
        const Scalar score = best[i] + transitions[i * K + j];
        if (score > next[j]) next[j] = score, before[j] = static_cast<Index>(i);
      }
    for (std::size_t j = 0; j < K; ++j) best[j] = next[j] + e[j];
  }

  // n steps; the strides lead from one step's emissions and tags to the next one's.
  void decode(std::size_t n, const Scalar* emissions, std::size_t emissions_stride, Index* tags,
              std::size_t tags_stride) {
    from.assign(n * K, 0);
    for (std::size_t j = 0; j < K; ++j) best[j] = start[j] + emissions[j];
    for (std::size_t t = 1; t < n; ++t) step(emissions + t * emissions_stride, from.data() + t * K);
    for (std::size_t j = 0; j < K; ++j) best[j] += end[j];
    auto tag = static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
    for (std::size_t t = n; t-- > 0; tag = static_cast<std::size_t>(from[t * K + tag]))
      tags[t * tags_stride] = static_cast<Index>(tag);
  }
};

}  // namespace

CRF::CRF(std::size_t tags, Rng& rng)
    : transitions(init::uniform({tags, tags}, 0.1, rng)),
      start_transitions(init::uniform({tags}, 0.1, rng)),
      end_transitions(init::uniform({tags}, 0.1, rng)),
      forbidden(Shape{tags * tags + 2 * tags}, 0) {
  if (tags == 0) fail("crf", "0 tags: expected at least one");
}

CRF::CRF(const AllowedTags& allowed, Rng& rng) : CRF(allowed.start.size(), rng) {
  const std::size_t K = start_transitions.size();
  Scalar* to = forbidden.data();
  append_forbidden("allowed transitions", {K, K}, allowed.transitions, to);
  append_forbidden("allowed start", {K}, allowed.start, to);
  append_forbidden("allowed end", {K}, allowed.end, to);
}

Tensor CRF::scores(Scalar of_forbidden) const {
  const Tensor all = concat({reshape(transitions, {transitions.size()}), start_transitions, end_transitions});
  return masked_fill(all, forbidden, of_forbidden);
}

// alpha_t[j] = log of the sum over all ways to tag j at step t
//            = logsumexp_i(alpha_{t-1}[i] + transitions[i, j]) + e_t[j]
Tensor CRF::log_partition(const Tensor& emissions, const Mask& mask) const {
  const Scope scope("crf");
  const auto K = static_cast<std::ptrdiff_t>(start_transitions.size());
  checked_lengths(start_transitions.size(), emissions, mask);
  const Tensor all = scores(costly), start = slice(all, 0, K * K, K * K + K),
               end = slice(all, 0, K * K + K, K * K + 2 * K);
  const Tensor into = transpose(reshape(slice(all, 0, 0, K * K), transitions.shape()));  // sums run along rows
  const Tensors steps = unbind(mask.zero_padding(emissions));
  Tensor alpha = start + steps[0];
  for (std::size_t t = 1; t < steps.size(); ++t) {
    const Tensor ways = reshape(alpha, {alpha.size(0), 1, alpha.size(1)}) + into;  // (B, K to, K from)
    alpha = mask.keep(t, logsumexp(ways, {-1}) + steps[t], alpha);
  }
  return logsumexp(alpha + end, {-1});
}

Tensor CRF::score(const Tensor& emissions, const IndexArray& tags, const Mask& mask) const {
  const Scope scope("crf");
  const std::size_t K = start_transitions.size();
  const IndexArray lengths = checked_lengths(K, emissions, mask);
  const IndexArray clean = checked_tags(K, tags, lengths, emissions.shape());
  const Tensor table = concat({scores(costly), Array(Shape{1}, 0)});
  const Tensor of_path = embedding(reshape(table, {table.size(), 1}), path_of(K, clean, lengths));  // (T + 1, B, 1)
  return sum(pick(mask.zero_padding(emissions), clean), {0}) + sum(of_path, {0, 2});
}

Tensor CRF::loss(const Tensor& emissions, const IndexArray& tags, const Mask& mask) const {
  return mean(log_partition(emissions, mask) - score(emissions, tags, mask));
}

IndexArray CRF::decode(const Tensor& emissions, const Mask& mask) const {
  const Pause pause;
  const std::size_t K = start_transitions.size();
  const IndexArray lengths = checked_lengths(K, emissions, mask);
  const std::size_t B = lengths.size();
  const Tensor all = scores(never);
  const Scalar* const table = all.value().data();
  Viterbi viterbi{K, table, table + K * K, table + K * K + K, pool::Vector<Scalar>(K), pool::Vector<Scalar>(K), {}};
  IndexArray tags(Shape{emissions.size(0), B}, CrossEntropyOptions().ignore_index);
  for (std::size_t b = 0; b < B; ++b)
    viterbi.decode(static_cast<std::size_t>(lengths.data()[b]), emissions.value().data() + b * K, B * K,
                   tags.data() + b, B);
  return tags;
}

}  // namespace rw::inline REWIND_ABI::nn
