// A character-level language model (Karpathy, "The Unreasonable Effectiveness of Recurrent Neural Networks", 2015):
//
//   indices (T, B) -> embedding or one-hot (T, B, D) -> L recurrent layers (T, B, H) -> dropout -> logits (T, B, V)
#pragma once

#include <functional>
#include <string>

#include "datasets/batch.hpp"
#include "models/sampling.hpp"
#include "nn/any_stacked.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"

namespace rw::inline REWIND_ABI::models {

struct CharRNNConfig {
  std::string cell = "lstm";
  std::size_t vocabulary = 0;  // V
  std::size_t hidden = 256;    // H
  std::size_t layers = 1;      // L
  std::size_t embed = 0;       // D; 0: one-hot, D = V
  double dropout = 0;          // between the layers and before the logits
  bool tied = false;           // the logits' weight is the embedding's (Press & Wolf 2017); wants D = H

  bool operator==(const CharRNNConfig&) const = default;
};

class CharRNN {
 public:
  using State = nn::AnyStacked::State;

  // Throws for a size of 0, an unknown cell, or a tied model whose embed is not hidden. `rng` must outlive it.
  CharRNN(const CharRNNConfig& config, Rng& rng);

  State zero_state(std::size_t batch) const { return rnn_.zero_state(batch); }
  nn::Scanned<State> forward(const IndexArray& inputs, const State& state) const;  // (T, B) -> logits (T, B, V)
  // The same in two: what the recurrent layers read, (T, B, D), and what follows from it.
  Tensor embed(const IndexArray& inputs) const;
  nn::Scanned<State> forward_embedded(const Tensor& x, const State& state) const;
  // Mean cross-entropy of the batch's targets, in nats a character, and the state after it.
  nn::Scanned<State> loss(const datasets::Batch& batch, const State& state) const;
  // The same with the streams split over threads. The state after the batch is detached. `rng` seeds the parts'
  // dropout.
  nn::Scanned<State> parallel_loss(const datasets::Batch& batch, const State& state, Rng& rng) const;

  // Reads the prompt (n >= 1), then makes `length` symbols, each given to `emit` at once.
  void generate(const IndexArray& prompt, std::size_t length, const SamplingOptions& options, Rng& rng,
                const std::function<void(Index)>& emit) const;

  const CharRNNConfig& config() const { return config_; }

  void visit(auto&& f) {
    if (config_.embed > 0) f("embedding", embedding_);
    f("rnn", rnn_), f("dropout", dropout_), f("decoder", decoder_);
  }

 private:
  CharRNNConfig config_;
  nn::Embedding embedding_;
  nn::AnyStacked rnn_;
  nn::Dropout dropout_;
  nn::Linear decoder_;
};

}  // namespace rw::inline REWIND_ABI::models
