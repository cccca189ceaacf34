// A character-level language model that attends to what it has read (GPT: Radford et al. 2018), instead of carrying a
// state:
//
//   indices (T, B) -> embedding and position (T, B, D) -> N causal layers, pre-norm (T, B, D) -> logits (T, B, V)
//
// It sees `context` steps at most. Its face is CharRNN's, with an empty state: each batch is read by itself.
#pragma once

#include <functional>
#include <string>

#include "datasets/batch.hpp"
#include "models/sampling.hpp"
#include "nn/embedding.hpp"
#include "nn/positions.hpp"
#include "nn/recurrent.hpp"
#include "nn/transformer.hpp"

namespace rw::inline REWIND_ABI::models {

struct CharTransformerConfig {
  std::size_t vocabulary = 0;         // V
  std::size_t width = 128;            // D
  std::size_t heads = 4, layers = 4;  // N
  std::size_t feed_forward = 0;       // width within a layer; 0: 4 D
  std::size_t context = 64;           // the longest T
  std::string positions = "rotary";   // learned, sinusoidal, none
  double dropout = 0;                 // of the embeddings and in the layers
  bool tied = false;                  // the logits' weight is the embedding's (Press & Wolf 2017)

  bool operator==(const CharTransformerConfig&) const = default;
};

class CharTransformer {
 public:
  using State = Tensors;  // none

  // Throws for a size of 0, heads that do not divide the width, an unknown kind of positions. `rng` must outlive it.
  CharTransformer(const CharTransformerConfig& config, Rng& rng);

  State zero_state(std::size_t) const { return {}; }
  // (T, B) -> logits (T, B, V). Throws if T is more than the context.
  nn::Scanned<State> forward(const IndexArray& inputs, const State& state = {}) const;
  // The same in two: what the layers read, but for the positions, (T, B, D), and what follows from it.
  Tensor embed(const IndexArray& inputs) const;
  nn::Scanned<State> forward_embedded(const Tensor& x, const State& state = {}) const;
  // Mean cross-entropy of the batch's targets, in nats a character.
  nn::Scanned<State> loss(const datasets::Batch& batch, const State& state = {}) const;
  // The same with the batch split over threads. `rng` seeds the parts' dropout.
  nn::Scanned<State> parallel_loss(const datasets::Batch& batch, const State& state, Rng& rng) const;

  // Reads the prompt (n >= 1, of which the last `context` symbols count), then makes `length` symbols, each given to
  // `emit` at once. When the context is full its last half is read anew: the time is linear in the length.
  void generate(const IndexArray& prompt, std::size_t length, const SamplingOptions& options, Rng& rng,
                const std::function<void(Index)>& emit) const;

  const CharTransformerConfig& config() const { return config_; }

  void visit(auto&& f) {
    f("embedding", embedding_), f("positions", positions_), f("dropout", dropout_), f("encoder", encoder_);
    f("decoder", decoder_);
  }

 private:
  Tensor read(const Tensor& x, std::size_t begin) const;  // with positions begin, begin + 1, ... and dropout
  Tensor read_on(const pool::Vector<Index>& symbols, nn::TransformerEncoder::Cache& cache) const;  // logits of the next

  CharTransformerConfig config_;
  nn::Embedding embedding_;
  nn::Positions positions_;
  nn::Dropout dropout_;
  nn::TransformerEncoder encoder_;
  nn::Linear decoder_;
};

}  // namespace rw::inline REWIND_ABI::models
