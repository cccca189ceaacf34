#include "models/transformer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

constexpr const char* name = "transformer";

TransformerConfig checked(TransformerConfig c) {
  for (const auto& [role, size] : {std::pair{"source_vocabulary", c.source_vocabulary},
                                   {"target_vocabulary", c.target_vocabulary},
                                   {"width", c.layers.width},
                                   {"layers", c.layers.layers},
                                   {"feed_forward", c.layers.feed_forward},
                                   {"longest", c.longest}})
    if (size == 0) fail(name, fmt::format("{} = 0: expected at least 1", role));
  if (c.shared && c.source_vocabulary != c.target_vocabulary)
    fail(name, fmt::format("shared: the source has {} words and the target {}: learn one vocabulary from both, or do "
                           "not share",
                           c.source_vocabulary, c.target_vocabulary));
  if (!(c.label_smoothing >= 0 && c.label_smoothing < 1))
    fail(name, fmt::format("label_smoothing = {}: expected 0 <= label_smoothing < 1", c.label_smoothing));
  c.layers.rotary = c.positions == "rotary";
  return c;
}

IndexArray in_order(std::size_t n) {
  IndexArray rows(Shape{n});
  std::iota(rows.begin(), rows.end(), Index(0));
  return rows;
}

}  // namespace

Transformer::Transformer(const TransformerConfig& config, Rng& rng)
    : config_(checked(config)),
      source_embedding_(config.source_vocabulary, config.layers.width, rng),
      target_embedding_(config.shared ? source_embedding_
                                      : nn::Embedding(config.target_vocabulary, config.layers.width, rng)),
      source_positions_(config.positions, config.longest, config.layers.width, rng),
      target_positions_(config.positions, config.longest, config.layers.width, rng),
      dropout_(config.dropout, rng),
      encoder_(config_.layers, rng),
      decoder_(config_.layers, rng),
      output_(config.layers.width, config.target_vocabulary, rng) {
  if (config.shared) output_.weight = source_embedding_.weight;
}

nn::Mask Transformer::mask_of(const char* role, const IndexArray& indices, const IndexArray& lengths) const {
  for (std::size_t b = 0; b < lengths.size(); ++b)
    if (lengths.data()[b] > static_cast<Index>(config_.longest))
      fail(name, fmt::format("{}: sentence {} of the batch has {} steps, but the model has {} positions: leave out or "
                             "cut longer sentences, or train with more positions",
                             role, b, lengths.data()[b], config_.longest));
  return nn::mask_of_lengths(lengths, indices.shape()[0]);
}

Tensor Transformer::read(const nn::Embedding& embedding, const nn::Positions& positions, const IndexArray& indices,
                         std::size_t begin) const {
  const auto scale = static_cast<Scalar>(std::sqrt(static_cast<double>(config_.layers.width)));
  return dropout_(positions(embedding(indices) * scale, begin));
}

Tensor Transformer::encode(const IndexArray& sources, const nn::Mask& mask) const {
  const Scope scope("encoder");
  return encoder_(read(source_embedding_, source_positions_, sources), mask).output;
}

nn::Attended Transformer::decode(const datasets::PairBatch& batch) const {
  const nn::Mask mask = mask_of("source", batch.source, batch.source_lengths);
  const nn::Mask target_mask = mask_of("target", batch.inputs, batch.target_lengths);
  const Tensor memory = encode(batch.source, mask);
  const Scope scope("decoder");
  return decoder_(read(target_embedding_, target_positions_, batch.inputs), memory, target_mask, mask);
}

Tensor Transformer::forward(const datasets::PairBatch& batch) const {
  const Tensor y = decode(batch).output;
  const Scope scope("output");
  return output_(y);
}

Tensor Transformer::loss(const datasets::PairBatch& batch) const {
  const double smoothing = dropout_.training ? config_.label_smoothing : 0;
  return cross_entropy(forward(batch), batch.targets,
                       {.ignore_index = datasets::ignored, .label_smoothing = static_cast<Scalar>(smoothing)});
}

Tensor Transformer::attention(const datasets::PairBatch& batch) const {
  const Pause pause;
  const Tensor weights = mean(decode(batch).weights, {1});
  const nn::Mask mask = mask_of("target", batch.inputs, batch.target_lengths);
  if (!mask.padded()) return weights;
  return weights * reshape(transpose(mask.real(), 0, 1), {batch.size(), weights.size(1), 1});
}

// The decoder, step by step. Each layer remembers what it has read.
class Transformer::Steps final : public StepDecoder {
 public:
  Steps(const Transformer& model, const Tensor& memory, const nn::Mask& mask)
      : model_(model),
        cache_(model.decoder_.remember(memory, mask)),
        memory_(cache_),
        sentences_(in_order(memory.size(1))) {}

  Tensor step(const IndexArray& tokens) override {
    const Pause pause;
    const std::size_t N = tokens.size();
    const Tensor x =
        model_.read(model_.target_embedding_, model_.target_positions_, share(tokens, {1, N}), position_++);
    const Tensor y = model_.decoder_(x, cache_).output;
    return log_softmax(model_.output_(reshape(y, {N, y.size(2)})));
  }
  // The hypotheses of a sentence have the same memory, which is copied anew only when it is not theirs any more.
  void select(const IndexArray& rows) override {
    if (rows == in_order(sentences_.size())) return;
    IndexArray sentences(rows.shape());
    for (std::size_t i = 0; i < rows.size(); ++i) sentences.data()[i] = sentences_.data()[rows.data()[i]];
    for (auto& layer : cache_.layers) layer.steps.select(rows);
    if (sentences == sentences_) return;
    nn::TransformerDecoder::Cache memory = memory_;
    memory.select(sentences);
    for (std::size_t i = 0; i < memory.layers.size(); ++i) cache_.layers[i].memory = std::move(memory.layers[i].memory);
    cache_.memory_mask = memory.memory_mask;
    sentences_ = std::move(sentences);
  }

 private:
  const Transformer& model_;
  nn::TransformerDecoder::Cache cache_;         // of the hypotheses
  const nn::TransformerDecoder::Cache memory_;  // of the sentences, before the first step
  IndexArray sentences_;                        // of each hypothesis
  std::size_t position_ = 0;
};

std::unique_ptr<StepDecoder> Transformer::steps(const IndexArray& sources, const IndexArray& lengths) const {
  const Pause pause;
  const nn::Mask mask = mask_of("source", sources, lengths);
  return std::make_unique<Steps>(*this, encode(sources, mask), mask);
}

std::vector<std::vector<Index>> Transformer::translate(const IndexArray& sources, const IndexArray& lengths,
                                                       const BeamOptions& options) const {
  const std::unique_ptr<StepDecoder> decoder = steps(sources, lengths);
  BeamOptions fitting = options;
  fitting.longest = std::min(options.longest, config_.longest);
  std::vector<std::vector<Index>> translations;
  for (Hypothesis& found : beam_search(*decoder, lengths.size(), fitting))
    translations.push_back(std::move(found.tokens));
  return translations;
}

}  // namespace rw::inline REWIND_ABI::models
