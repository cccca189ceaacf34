#include "nn/transformer.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

// x + f(x), normalised before or after.
template <class F>
Tensor residual(const Tensor& x, const LayerNorm& norm, const Dropout& dropout, bool norm_first, const F& f) {
  if (norm_first) return x + dropout(f(norm(x)));
  return norm(x + dropout(f(x)));
}

Tensor both(const Tensor& a, const Tensor& b) { return a.defined() && b.defined() ? a * b : (a.defined() ? a : b); }

constexpr const char* name = "transformer";

void check_width(std::size_t width, const Tensor& x) {
  check_rank(name, "x (T, B, E)", 3, x.shape());
  check_shape(name, "x (T, B, E)", {x.size(0), x.size(1), width}, x.shape());
}

Tensor normed(const LayerNorm& norm, const Tensor& x) { return norm.weight.defined() ? norm(x) : x; }

LayerNorm last_norm(const TransformerOptions& options) {
  return options.norm_first ? LayerNorm(options.width) : LayerNorm();
}

}  // namespace

FeedForward::FeedForward(const TransformerOptions& o, Rng& rng)
    : linear1(o.width, o.feed_forward, rng),
      linear2(o.feed_forward, o.width, rng),
      dropout(o.dropout, rng),
      gelu(o.activation == "gelu") {
  if (o.activation != "relu" && o.activation != "gelu")
    fail(name, fmt::format("activation '{}': expected relu or gelu", o.activation));
}

Tensor FeedForward::operator()(const Tensor& x) const {
  const Scope scope("feed_forward");
  const Tensor hidden = linear1(x);
  return linear2(dropout(gelu ? rw::gelu(hidden) : relu(hidden)));
}

TransformerEncoderLayer::TransformerEncoderLayer(const TransformerOptions& o, Rng& rng)
    : self_attn(o.width, o.heads, o.dropout, rng, o.rotary),
      feed_forward(o, rng),
      norm1(o.width),
      norm2(o.width),
      dropout(o.dropout, rng),
      norm_first(o.norm_first) {}

Attended TransformerEncoderLayer::run(Tensor x, auto&& self_attention) const {
  check_width(norm1.weight.size(), x);
  Tensor weights;
  x = residual(x, norm1, dropout, norm_first, [&](const Tensor& y) {
    const Scope scope("self_attn");
    Attended found = self_attention(y);
    weights = found.weights;
    return found.output;
  });
  return {residual(x, norm2, dropout, norm_first, feed_forward), weights};
}

Attended TransformerEncoderLayer::operator()(const Tensor& x, const Tensor& mask) const {
  return run(x, [&](const Tensor& y) { return self_attn(y, mask); });
}

Attended TransformerEncoderLayer::operator()(const Tensor& x, KVCache& cache) const {
  const Pause pause;
  return run(x, [&](const Tensor& y) { return self_attn(y, cache); });
}

TransformerDecoderLayer::TransformerDecoderLayer(const TransformerOptions& o, Rng& rng)
    : self_attn(o.width, o.heads, o.dropout, rng, o.rotary),
      multihead_attn(o.width, o.heads, o.dropout, rng),
      feed_forward(o, rng),
      norm1(o.width),
      norm2(o.width),
      norm3(o.width),
      dropout(o.dropout, rng),
      norm_first(o.norm_first) {}

Attended TransformerDecoderLayer::run(Tensor x, auto&& self_attention, auto&& attention) const {
  check_width(norm1.weight.size(), x);
  Tensor weights;
  x = residual(x, norm1, dropout, norm_first, [&](const Tensor& y) {
    const Scope scope("self_attn");
    return self_attention(y).output;
  });
  x = residual(x, norm2, dropout, norm_first, [&](const Tensor& y) {
    const Scope scope("multihead_attn");
    Attended found = attention(y);
    weights = found.weights;
    return found.output;
  });
  return {residual(x, norm3, dropout, norm_first, feed_forward), weights};
}

Attended TransformerDecoderLayer::operator()(const Tensor& x, const Tensor& memory, const Tensor& mask,
                                             const Tensor& memory_mask) const {
  return run(
      x, [&](const Tensor& y) { return self_attn(y, mask); },
      [&](const Tensor& y) { return multihead_attn(y, memory, memory, memory_mask); });
}

TransformerDecoderLayer::Cache TransformerDecoderLayer::remember(const Tensor& memory) const {
  return {{}, multihead_attn.remember(memory)};
}

Attended TransformerDecoderLayer::operator()(const Tensor& x, Cache& cache, const Tensor& memory_mask) const {
  const Pause pause;
  return run(
      x, [&](const Tensor& y) { return self_attn(y, cache.steps); },
      [&](const Tensor& y) { return multihead_attn.look_up(y, cache.memory, memory_mask); });
}

TransformerEncoder::TransformerEncoder(const TransformerOptions& options, Rng& rng, bool causal)
    : norm_(last_norm(options)), causal_(causal) {
  for (std::size_t i = 0; i < options.layers; ++i) layers_.emplace_back(options, rng);
}

Attended TransformerEncoder::operator()(const Tensor& x, const Mask& mask) const {
  check_rank(name, "x (T, B, E)", 3, x.shape());
  mask.check(name, x.shape());
  const Tensor seen = both(padding_mask(mask), causal_ ? causal_mask(x.size(0)) : Tensor());
  Attended y{mask.zero_padding(x), {}};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Scope scope("layer", static_cast<std::ptrdiff_t>(i));
    y = layers_[i](y.output, seen);
  }
  return {mask.zero_padding(normed(norm_, y.output)), y.weights};
}

Attended TransformerEncoder::operator()(Tensor x, Cache& cache) const {
  if (!causal_) fail(name, "step by step: an encoder that is not causal sees all steps at once");
  const Pause pause;
  cache.resize(layers_.size());
  Attended y{std::move(x), {}};
  for (std::size_t i = 0; i < layers_.size(); ++i) y = layers_[i](y.output, cache[i]);
  return {normed(norm_, y.output), y.weights};
}

void TransformerDecoder::Cache::select(const IndexArray& rows) {
  for (auto& layer : layers) layer.select(rows);
  if (!memory_mask.defined()) return;
  const std::size_t B = memory_mask.size(0), S = memory_mask.size(2);
  memory_mask = reshape(embedding(reshape(memory_mask, {B, S}), rows), {rows.size(), 1, S});
}

TransformerDecoder::TransformerDecoder(const TransformerOptions& options, Rng& rng) : norm_(last_norm(options)) {
  for (std::size_t i = 0; i < options.layers; ++i) layers_.emplace_back(options, rng);
}

Attended TransformerDecoder::operator()(const Tensor& x, const Tensor& memory, const Mask& mask,
                                        const Mask& memory_mask) const {
  check_rank(name, "x (T, B, E)", 3, x.shape()), check_rank(name, "memory (S, B, E)", 3, memory.shape());
  mask.check(name, x.shape()), memory_mask.check(name, memory.shape());
  const Tensor seen = both(padding_mask(mask), causal_mask(x.size(0))), seen_memory = padding_mask(memory_mask);
  const Tensor read = memory_mask.zero_padding(memory);
  Attended y{mask.zero_padding(x), {}};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Scope scope("layer", static_cast<std::ptrdiff_t>(i));
    y = layers_[i](y.output, read, seen, seen_memory);
  }
  return {mask.zero_padding(normed(norm_, y.output)), y.weights};
}

TransformerDecoder::Cache TransformerDecoder::remember(const Tensor& memory, const Mask& memory_mask) const {
  check_rank(name, "memory (S, B, E)", 3, memory.shape());
  memory_mask.check(name, memory.shape());
  const Pause pause;
  Cache cache{{}, padding_mask(memory_mask)};
  const Tensor read = memory_mask.zero_padding(memory);
  for (const TransformerDecoderLayer& layer : layers_) cache.layers.push_back(layer.remember(read));
  return cache;
}

Attended TransformerDecoder::operator()(Tensor x, Cache& cache) const {
  if (cache.layers.size() != layers_.size()) fail(name, "cache: it is of another decoder, make it by remember()");
  const Pause pause;
  Attended y{std::move(x), {}};
  for (std::size_t i = 0; i < layers_.size(); ++i) y = layers_[i](y.output, cache.layers[i], cache.memory_mask);
  return {normed(norm_, y.output), y.weights};
}

}  // namespace rw::inline REWIND_ABI::nn
