#include "models/char_rnn.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "models/parallel_streams.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

CharRNNConfig checked(const CharRNNConfig& c) {
  for (const auto& [name, size] : {std::pair{"vocabulary", c.vocabulary}, {"hidden", c.hidden}, {"layers", c.layers}})
    if (size == 0) fail("char_rnn", fmt::format("{} = 0: expected at least 1", name));
  if (c.tied && c.embed != c.hidden)
    fail("char_rnn", fmt::format("tied: embed = {} must be hidden = {}", c.embed, c.hidden));
  return c;
}

}  // namespace

CharRNN::CharRNN(const CharRNNConfig& config, Rng& rng)
    : config_(checked(config)),
      embedding_(config.embed > 0 ? nn::Embedding(config.vocabulary, config.embed, rng) : nn::Embedding()),
      rnn_(config.cell, config.embed > 0 ? config.embed : config.vocabulary, config.hidden, config.layers,
           config.dropout, rng),
      dropout_(config.dropout, rng),
      decoder_(config.hidden, config.vocabulary, rng) {
  if (config.tied) decoder_.weight = embedding_.weight;
}

Tensor CharRNN::embed(const IndexArray& inputs) const {
  return config_.embed > 0 ? embedding_(inputs) : one_hot(inputs, config_.vocabulary);
}

nn::Scanned<CharRNN::State> CharRNN::forward(const IndexArray& inputs, const State& state) const {
  return forward_embedded(embed(inputs), state);
}

nn::Scanned<CharRNN::State> CharRNN::forward_embedded(const Tensor& x, const State& state) const {
  const auto [outputs, last] = rnn_(x, state);
  const Scope scope("decoder");
  return {decoder_(dropout_(outputs)), last};
}

nn::Scanned<CharRNN::State> CharRNN::loss(const datasets::Batch& batch, const State& state) const {
  const auto [logits, last] = forward(batch.inputs, state);
  return {cross_entropy(logits, batch.targets, {.ignore_index = datasets::ignored}), last};
}

nn::Scanned<CharRNN::State> CharRNN::parallel_loss(const datasets::Batch& batch, const State& state, Rng& rng) const {
  const std::size_t B = batch.inputs.shape()[1];
  for (const Tensor& s : state)
    if (s.size(0) != B) fail("char_rnn", fmt::format("state: expected that of {} streams, got {}", B, s.size(0)));
  return parallel_streams_loss(*this, batch, state, rng);
}

void CharRNN::generate(const IndexArray& prompt, std::size_t length, const SamplingOptions& options, Rng& rng,
                       const std::function<void(Index)>& emit) const {
  check(options);
  if (prompt.size() == 0) fail("generate", "prompt: expected at least one symbol");
  const Pause pause;
  auto last = forward(share(prompt, {prompt.size(), 1}), zero_state(1));
  IndexArray next(Shape{1, 1});
  for (std::size_t i = 0; i < length; ++i) {
    if (i > 0) last = forward(next, last.state);
    next.data()[0] = sample(select(last.outputs, 0, -1).value(), options, rng);
    emit(next.data()[0]);
  }
}

}  // namespace rw::inline REWIND_ABI::models
