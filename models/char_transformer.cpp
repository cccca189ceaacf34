#include "models/char_transformer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "models/parallel_streams.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

CharTransformerConfig checked(const CharTransformerConfig& c) {
  for (const auto& [name, size] :
       {std::pair{"vocabulary", c.vocabulary}, {"width", c.width}, {"layers", c.layers}, {"context", c.context}})
    if (size == 0) fail("char_transformer", fmt::format("{} = 0: expected at least 1", name));
  return c;
}

nn::TransformerOptions layers_of(const CharTransformerConfig& c) {
  return {.width = c.width,
          .heads = c.heads,
          .feed_forward = c.feed_forward > 0 ? c.feed_forward : 4 * c.width,
          .layers = c.layers,
          .dropout = c.dropout,
          .activation = "gelu",
          .norm_first = true,
          .rotary = c.positions == "rotary"};
}

}  // namespace

CharTransformer::CharTransformer(const CharTransformerConfig& config, Rng& rng)
    : config_(checked(config)),
      embedding_(config.vocabulary, config.width, rng),
      positions_(config.positions, config.context, config.width, rng),
      dropout_(config.dropout, rng),
      encoder_(layers_of(config), rng, true),
      decoder_(config.width, config.vocabulary, rng) {
  if (config.tied) decoder_.weight = embedding_.weight;
}

Tensor CharTransformer::embed(const IndexArray& inputs) const { return embedding_(inputs); }

Tensor CharTransformer::read(const Tensor& x, std::size_t begin) const { return dropout_(positions_(x, begin)); }

nn::Scanned<CharTransformer::State> CharTransformer::forward(const IndexArray& inputs, const State& state) const {
  return forward_embedded(embed(inputs), state);
}

nn::Scanned<CharTransformer::State> CharTransformer::forward_embedded(const Tensor& x, const State&) const {
  if (x.size(0) > config_.context)
    fail("char_transformer", fmt::format("a sequence of {} steps, but the context has {}", x.size(0), config_.context));
  const Tensor y = encoder_(read(x, 0)).output;
  const Scope scope("decoder");
  return {decoder_(y), {}};
}

nn::Scanned<CharTransformer::State> CharTransformer::loss(const datasets::Batch& batch, const State& state) const {
  const Tensor logits = forward(batch.inputs, state).outputs;
  return {cross_entropy(logits, batch.targets, {.ignore_index = datasets::ignored}), {}};
}

nn::Scanned<CharTransformer::State> CharTransformer::parallel_loss(const datasets::Batch& batch, const State& state,
                                                                   Rng& rng) const {
  return parallel_streams_loss(*this, batch, state, rng);
}

Tensor CharTransformer::read_on(const pool::Vector<Index>& symbols, nn::TransformerEncoder::Cache& cache) const {
  IndexArray inputs(Shape{symbols.size(), 1});
  std::copy(symbols.begin(), symbols.end(), inputs.data());
  const std::size_t begin = cache.empty() ? 0 : cache[0].length;
  return decoder_(select(encoder_(read(embed(inputs), begin), cache).output, 0, -1));
}

void CharTransformer::generate(const IndexArray& prompt, std::size_t length, const SamplingOptions& options, Rng& rng,
                               const std::function<void(Index)>& emit) const {
  check(options);
  if (prompt.size() == 0) fail("generate", "prompt: expected at least one symbol");
  const Pause pause;
  const auto last = [](const auto& symbols, std::size_t n) {
    return pool::Vector<Index>(symbols.end() - static_cast<std::ptrdiff_t>(std::min(n, symbols.size())), symbols.end());
  };
  pool::Vector<Index> seen = last(prompt, config_.context);  // what the cache holds
  nn::TransformerEncoder::Cache cache;
  Tensor logits = length > 0 ? read_on(seen, cache) : Tensor();
  for (std::size_t i = 0; i < length; ++i) {
    const Index next = sample(logits.value(), options, rng);
    emit(next);
    if (i + 1 == length) return;
    const bool full = seen.size() == config_.context;
    seen.push_back(next);
    if (full) cache.clear(), seen = last(seen, std::max<std::size_t>(1, config_.context / 2));
    logits = read_on(full ? seen : pool::Vector<Index>{next}, cache);
  }
}

}  // namespace rw::inline REWIND_ABI::models
