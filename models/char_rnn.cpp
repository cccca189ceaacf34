#include "models/char_rnn.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/data_parallel.hpp"
#include "nn/init.hpp"

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
  const std::size_t B = batch.inputs.shape()[1], n = nn::parts_of_batch(B);
  struct Part {
    datasets::Batch batch;
    State state;
  };
  pool::Vector<Part> parts(n);
  std::size_t targets = 0;
  for (const Tensor& s : state)
    if (s.size(0) != B) fail("char_rnn", fmt::format("state: expected that of {} streams, got {}", B, s.size(0)));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t begin = nn::part_begin(B, n, i), end = nn::part_begin(B, n, i + 1);
    parts[i].batch = datasets::streams_of(batch, begin, end);
    targets += parts[i].batch.count;
    for (const Tensor& s : state)
      parts[i].state.push_back(slice(s, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end)));
  }
  const Tensor total = nn::parallel_loss(*this, rng, n, [&](const CharRNN& model, std::size_t i) {
    Part& part = parts[i];
    const bool counts = n == 1 || part.batch.count > 0;  // else all streams of this part have ended
    auto [result, last] = counts ? model.loss(part.batch, part.state) : model.forward(part.batch.inputs, part.state);
    for (std::size_t k = 0; k < last.size(); ++k) part.state[k] = detach(last[k]);  // here the gradient is cut
    if (n == 1) return result;
    return counts ? result * (static_cast<Scalar>(part.batch.count) / static_cast<Scalar>(targets)) : Tensor(Scalar(0));
  });
  State after(state.size());
  for (std::size_t k = 0; k < state.size(); ++k) {
    Tensors rows;
    for (const Part& part : parts) rows.push_back(part.state[k]);
    after[k] = n == 1 ? rows[0] : concat(rows, 0);
  }
  return {total, after};
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
