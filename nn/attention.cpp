#include "nn/attention.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <optional>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "nn/init.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

constexpr const char* op = "attention";

Tensor batch_first(const Tensor& x) { return transpose(x, 0, 1); }

// (S, B, D) with cleared padding, the batch first. Hidden values are weighed with 0, and 0 NaN is NaN.
Tensor cleared(const Tensor& sequence, const Mask& mask) {
  check_rank(op, "memory (S, B, D)", 3, sequence.shape());
  mask.check(op, sequence.shape());
  return batch_first(mask.zero_padding(sequence));
}

void check_queries(const Tensor& queries, const Tensor& keys) {
  check_rank(op, "queries (T, B, Q)", 3, queries.shape());
  if (queries.size(1) != keys.size(0))
    fail(op, fmt::format("queries {}: they are of {} sequences, the memory is of {}", to_string(queries.shape()),
                         queries.size(1), keys.size(0)));
}

Tensor dot_products(const Tensor& queries, const Tensor& keys) {
  check_queries(queries, keys);
  return matmul(batch_first(queries), keys, {.b = true});
}

}  // namespace

Tensor causal_mask(std::size_t T) {
  Array seen(Shape{T, T}, 0);
  for (std::size_t t = 0; t < T; ++t) std::fill_n(seen.data() + t * T, t + 1, Scalar(1));
  return seen;
}

Tensor padding_mask(const Mask& mask) {
  if (!mask.padded()) return {};
  const Tensor& real = mask.real();  // (S, B, 1)
  return reshape(transpose(real, 0, 1), {real.size(1), 1, real.size(0)});
}

void check_mask(const char* layer, const Tensor& mask, std::size_t B, std::size_t T, std::size_t S) {
  if (!mask.defined()) return;
  const Shape &got = mask.shape(), full{B, T, S};
  bool fits = got.size() <= 3;
  for (std::size_t i = 0; fits && i < got.size(); ++i) {
    const std::size_t size = got[got.size() - 1 - i];
    fits = size == 1 || size == full[2 - i];
  }
  if (!fits)
    fail(layer, fmt::format("mask: expected (B, T, S) = {}, or what broadcasts to it, such as ({}, {}), got {}",
                            to_string(full), T, S, to_string(got)));
  for (const Scalar seen : mask.value().storage())
    if (seen != 0 && seen != 1)
      fail(layer, fmt::format("mask: {} in it; expected 1, may be seen, or 0, may not", seen));
}

Attended attend(const Tensor& scores, const Tensor& values, const Tensor& mask) {
  check_rank(op, "scores (B, T, S)", 3, scores.shape());
  check_mask(op, mask, scores.size(0), scores.size(1), scores.size(2));
  const Tensor weights = mask.defined() ? masked_softmax(scores, mask) : softmax(scores);
  return {batch_first(matmul(weights, values)), weights};
}

AdditiveAttention::AdditiveAttention(std::size_t query_width, std::size_t memory_width, std::size_t width, Rng& rng)
    : query(query_width, width, rng),
      key_weight(init::glorot(width, memory_width, rng)),
      v(init::glorot(width, 1, rng)) {}

Memory AdditiveAttention::remember(const Tensor& sequence, const Mask& mask) const {
  const Tensor values = cleared(sequence, mask);
  return {affine(values, key_weight, {}), values, padding_mask(mask)};
}

Tensor AdditiveAttention::score(const Tensor& queries, const Tensor& keys) const {
  check_queries(queries, keys);
  const Tensor q = batch_first(query(queries));
  const std::size_t B = q.size(0), T = q.size(1), A = q.size(2), S = keys.size(1);
  const Tensor hidden = pointwise(
      name, [](auto w, auto k) { return tanh(w + k); }, reshape(q, {B, T, 1, A}), reshape(keys, {B, 1, S, A}));
  return reshape(matmul(hidden, v), {B, T, S});
}

GeneralAttention::GeneralAttention(std::size_t query_width, std::size_t memory_width, std::size_t, Rng& rng)
    : weight(init::glorot(query_width, memory_width, rng)) {}

Memory GeneralAttention::remember(const Tensor& sequence, const Mask& mask) const {
  const Tensor values = cleared(sequence, mask);
  return {affine(values, weight, {}), values, padding_mask(mask)};
}

Tensor GeneralAttention::score(const Tensor& queries, const Tensor& keys) const { return dot_products(queries, keys); }

DotAttention::DotAttention(std::size_t query_width, std::size_t memory_width, std::size_t, Rng&) {
  if (query_width != memory_width)
    fail(op, fmt::format("queries of width {} and a memory of width {} have no dot product: choose 'general' "
                         "or 'additive'",
                         query_width, memory_width));
}

Memory DotAttention::remember(const Tensor& sequence, const Mask& mask) const {
  const Tensor values = cleared(sequence, mask);
  return {values, values, padding_mask(mask)};
}

Tensor DotAttention::score(const Tensor& queries, const Tensor& keys) const { return dot_products(queries, keys); }

Tensor ScaledDotAttention::score(const Tensor& queries, const Tensor& keys) const {
  return dot_products(queries * (1 / std::sqrt(static_cast<Scalar>(keys.size(2)))), keys);
}

namespace {

using Variant = std::variant<DotAttention, ScaledDotAttention, GeneralAttention, AdditiveAttention>;

template <class... A>
std::vector<std::string> names_of(const std::variant<A...>*) {
  return {A::name...};
}

template <class... A>
Variant make(const std::variant<A...>*, const std::string& name, auto&&... arguments) {
  std::optional<Variant> made;
  ((name == A::name ? void(made.emplace(A(arguments...))) : void()), ...);
  if (!made) fail(op, fmt::format("'{}': expected one of {}", name, fmt::join(attention_names(), ", ")));
  return std::move(*made);
}

}  // namespace

std::vector<std::string> attention_names() { return names_of(static_cast<const Variant*>(nullptr)); }

AnyAttention::AnyAttention(const std::string& name, std::size_t query_width, std::size_t memory_width,
                           std::size_t width, Rng& rng)
    : attention_(make(static_cast<const Variant*>(nullptr), name, query_width, memory_width, width, rng)) {}

Memory AnyAttention::remember(const Tensor& sequence, const Mask& mask) const {
  return std::visit([&](const auto& a) { return a.remember(sequence, mask); }, attention_);
}

Attended AnyAttention::operator()(const Tensor& queries, const Memory& memory) const {
  return std::visit([&](const auto& a) { return attend(a, queries, memory); }, attention_);
}

}  // namespace rw::inline REWIND_ABI::nn
