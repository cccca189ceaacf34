#include "nn/multihead_attention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/gemm.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/init.hpp"
#include "nn/positions.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

constexpr const char* name = "multihead_attention";

// (B, T, S), or what broadcasts to it, beside (B, heads, T, S).
Tensor mask_of_heads(const Tensor& mask) {
  if (!mask.defined() || mask.dim() < 3) return mask;
  return reshape(mask, {mask.size(0), 1, mask.size(1), mask.size(2)});
}

Tensor softmax_of(const Tensor& scores, const Tensor& mask) {
  return mask.defined() ? masked_softmax(scores, mask_of_heads(mask)) : softmax(scores);
}

// (B, heads, T, d) as (T, B, heads d).
Tensor join_heads(const Tensor& x) {
  return reshape(permute(x, {2, 0, 1, 3}), {x.size(2), x.size(0), x.size(1) * x.size(3)});
}

// All heads as one batch of matrices.
Tensor flat(const Tensor& x) { return reshape(x, {x.size(0) * x.size(1), x.size(2), x.size(3)}); }

// Step s of the new ones is number `before` + s: it sees `before` + s + 1 steps.
Tensor mask_of_next(std::size_t before, std::size_t T) {
  if (T == 1) return {};
  Array seen(Shape{T, before + T}, 0);
  for (std::size_t t = 0; t < T; ++t) std::fill_n(seen.data() + t * (before + T), before + t + 1, Scalar(1));
  return seen;
}

// Where head h of sequence b is in an array (T, B, E): T rows.
Matrix head_of(const Array& x, std::size_t b, std::size_t h, std::size_t d, bool transposed = false) {
  const std::size_t B = x.shape()[1], E = x.shape()[2];
  return {x.data() + b * E + h * d, B * E, transposed};
}

void grow(Array& x, std::size_t length, const Array& added) {
  const std::size_t T = added.shape()[0], row = added.shape()[1] * added.shape()[2];
  if (x.dimension() == 0 || length + T > x.shape()[0]) {
    Array larger(Shape{std::max<std::size_t>({16, 2 * length, length + T}), added.shape()[1], added.shape()[2]});
    if (length > 0) std::copy_n(x.data(), length * row, larger.data());
    x = std::move(larger);
  }
  std::copy_n(added.data(), T * row, x.data() + length * row);
}

Array sequences_of(const Array& x, std::size_t length, const IndexArray& rows) {
  const std::size_t B = x.shape()[1], E = x.shape()[2], M = rows.size();
  Array y(Shape{std::max<std::size_t>(length + 1, x.shape()[0]), M, E});
  for (std::size_t t = 0; t < length; ++t)
    for (std::size_t m = 0; m < M; ++m)
      std::copy_n(x.data() + (t * B + static_cast<std::size_t>(rows.data()[m])) * E, E, y.data() + (t * M + m) * E);
  return y;
}

}  // namespace

void KVCache::check_batch(std::size_t B) const {
  if (length > 0 && B != keys.shape()[1])
    fail(name, fmt::format("cache: it is of {} sequences, the next steps are of {}", keys.shape()[1], B));
}

void KVCache::append(const Array& k, const Array& v) {
  check_batch(k.shape()[1]);
  grow(keys, length, k), grow(values, length, v);
  length += k.shape()[0];
}

void KVCache::select(const IndexArray& rows) {
  if (length == 0) return;
  const std::size_t B = keys.shape()[1];
  for (const Index row : rows)
    if (row < 0 || static_cast<std::size_t>(row) >= B)
      fail(name, fmt::format("cache: sequence {} is to go on, but there are {}", row, B));
  keys = sequences_of(keys, length, rows), values = sequences_of(values, length, rows);
}

MultiheadAttention::MultiheadAttention(std::size_t width, std::size_t n_heads, double p, Rng& rng, bool with_rotary)
    : heads(n_heads), rotary(with_rotary), dropout(p, rng) {
  if (heads == 0 || width % heads != 0)
    fail(name, fmt::format("{} heads do not divide a width of {}: choose a width that is a multiple of the heads",
                           heads, width));
  if (rotary && width / heads % 2 == 1)
    fail(name, fmt::format("rotary positions turn pairs, but a head is {} wide: choose an even width", width / heads));
  in_proj_weight = init::glorot(3 * width, width, rng);
  in_proj_bias = init::constant({3 * width}, 0);
  out_proj = Linear(width, width, rng);
}

void MultiheadAttention::check_input(const char* role, const Tensor& x) const {
  check_rank(name, role, 3, x.shape());
  check_shape(name, role, {x.size(0), x.size(1), width()}, x.shape());
}

Tensors MultiheadAttention::project(const Tensor& x, std::size_t first, std::size_t n) const {
  const std::size_t T = x.size(0), B = x.size(1), E = width();
  const auto begin = static_cast<std::ptrdiff_t>(first * E), end = static_cast<std::ptrdiff_t>((first + n) * E);
  const Tensor y = affine(x, slice(in_proj_weight, 0, begin, end), slice(in_proj_bias, 0, begin, end));
  return unbind(permute(reshape(y, {T, B, n, heads, E / heads}), {2, 1, 3, 0, 4}));
}

Attended MultiheadAttention::attend(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& mask) const {
  const std::size_t B = q.size(0), T = q.size(2), S = k.size(2), d = q.size(3);
  check_mask(name, mask, B, T, S);
  const Tensor scores = matmul(flat(q * (1 / std::sqrt(static_cast<Scalar>(d)))), flat(k), {.b = true});
  const Tensor weights = softmax_of(reshape(scores, {B, heads, T, S}), mask);
  const Tensor output = matmul(flat(dropout(weights)), flat(v));
  return {out_proj(join_heads(reshape(output, {B, heads, T, d}))), weights};
}

Attended MultiheadAttention::operator()(const Tensor& x, const Tensor& mask) const {
  check_input("x (T, B, E)", x);
  const Tensors qkv = project(x, 0, 3);
  if (rotary) return attend(rotate(qkv[0]), rotate(qkv[1]), qkv[2], mask);
  return attend(qkv[0], qkv[1], qkv[2], mask);
}

Attended MultiheadAttention::operator()(const Tensor& queries, const Tensor& keys, const Tensor& values,
                                        const Tensor& mask) const {
  check_input("queries (T, B, E)", queries), check_input("keys (S, B, E)", keys);
  check_shape(name, "keys", {keys.size(0), queries.size(1), width()}, keys.shape());
  check_shape(name, "values", keys.shape(), values.shape());
  const Tensor q = project(queries, 0, 1)[0];
  if (!keys.is(values)) return attend(q, project(keys, 1, 1)[0], project(values, 2, 1)[0], mask);
  const Tensors kv = project(keys, 1, 2);
  return attend(q, kv[0], kv[1], mask);
}

// As attend() above, on the cache's memory as it lies.
Attended MultiheadAttention::attend(const Tensor& q, const KVCache& cache, const Tensor& mask) const {
  const std::size_t T = q.size(0), B = q.size(1), S = cache.length, d = width() / heads;
  if (T == 0) return {q, Array(Shape{B, heads, T, S})};
  const Tensor scaled = q * (1 / std::sqrt(static_cast<Scalar>(d)));
  Array scores(Shape{B, heads, T, S}), output(Shape{T, B, width()});
  for (std::size_t i = 0; i < B * heads; ++i)
    gemm(T, S, d, head_of(scaled.value(), i / heads, i % heads, d), head_of(cache.keys, i / heads, i % heads, d, true),
         scores.data() + i * T * S, S);
  const Tensor weights = softmax_of(Tensor(std::move(scores)), mask);
  for (std::size_t i = 0; i < B * heads; ++i)
    gemm(T, d, S, {weights.value().data() + i * T * S, S}, head_of(cache.values, i / heads, i % heads, d),
         output.data() + i / heads * width() + i % heads * d, B * width());
  return {out_proj(Tensor(std::move(output))), weights};
}

Attended MultiheadAttention::operator()(const Tensor& x, KVCache& cache) const {
  check_input("x (T, B, E)", x);
  const Pause pause;
  Tensors qkv = project(x, 0, 3);
  if (rotary)
    for (const std::size_t i : {0, 1}) qkv[i] = rotate(qkv[i], cache.length);
  const Tensor mask = mask_of_next(cache.length, x.size(0));
  cache.append(join_heads(qkv[1]).value(), join_heads(qkv[2]).value());
  return attend(join_heads(qkv[0]), cache, mask);
}

KVCache MultiheadAttention::remember(const Tensor& memory) const {
  check_input("memory (S, B, E)", memory);
  const Pause pause;
  const Tensors kv = project(memory, 1, 2);
  KVCache cache;
  cache.append(join_heads(kv[0]).value(), join_heads(kv[1]).value());
  return cache;
}

Attended MultiheadAttention::look_up(const Tensor& queries, const KVCache& memory, const Tensor& mask) const {
  check_input("queries (T, B, E)", queries);
  if (memory.length == 0) fail(name, "cache: there is no memory to look at, make it by remember()");
  memory.check_batch(queries.size(1));
  check_mask(name, mask, queries.size(1), queries.size(0), memory.length);
  const Pause pause;
  return attend(join_heads(project(queries, 0, 1)[0]), memory, mask);
}

}  // namespace rw::inline REWIND_ABI::nn
