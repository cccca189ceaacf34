// The Transformer, which translates (Vaswani et al. 2017):
//
//   source (S, B) -> embedding + position -> N encoder layers -> memory (S, B, E)
//   inputs (T, B) -> embedding + position -> N decoder layers, which look at the memory -> logits (T, B, V)
//
// Embeddings are multiplied by sqrt(E), section 3.4. Its face is Seq2Seq's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "datasets/pair_batch.hpp"
#include "models/beam_search.hpp"
#include "nn/embedding.hpp"
#include "nn/positions.hpp"
#include "nn/transformer.hpp"

namespace rw::inline REWIND_ABI::models {

struct TransformerConfig {
  std::size_t source_vocabulary = 0, target_vocabulary = 0;
  nn::TransformerOptions layers = {};    // of both stacks; `rotary` follows from `positions`
  std::string positions = "sinusoidal";  // learned, rotary, none
  std::size_t longest = 256;             // of a source, and of a target with its begin or end
  bool shared = false;                   // one weight for both embeddings and the logits
  double dropout = 0.1;                  // of the embeddings
  double label_smoothing = 0.1;          // in training mode

  bool operator==(const TransformerConfig&) const = default;
};

class Transformer {
 public:
  // Throws for a size of 0, for `shared` and vocabularies of two sizes, label smoothing outside [0, 1), and what the
  // layers throw for. `rng` must outlive it.
  Transformer(const TransformerConfig& config, Rng& rng);

  // All of these throw for a sentence longer than `longest`.
  Tensor forward(const datasets::PairBatch& batch) const;  // logits (T, B, V)
  Tensor loss(const datasets::PairBatch& batch) const;     // mean cross-entropy of the targets that count
  // The likeliest targets of sources (S, B) of `lengths` (B), without begin and end. The model in eval mode.
  std::vector<std::vector<Index>> translate(const IndexArray& sources, const IndexArray& lengths,
                                            const BeamOptions& options = {}) const;
  // The same step by step, for beam_search() or another search. It must not outlive the model.
  std::unique_ptr<StepDecoder> steps(const IndexArray& sources, const IndexArray& lengths) const;
  // Where each step of the inputs looks in the source, (B, T, S): the last layer's, the mean over its heads; zeros
  // where the inputs have ended.
  Tensor attention(const datasets::PairBatch& batch) const;

  const TransformerConfig& config() const { return config_; }

  void visit(auto&& f) {
    f("source_embedding", source_embedding_), f("target_embedding", target_embedding_);
    f("source_positions", source_positions_), f("target_positions", target_positions_);
    f("dropout", dropout_), f("encoder", encoder_), f("decoder", decoder_), f("output", output_);
  }

 private:
  class Steps;

  Tensor read(const nn::Embedding& embedding, const nn::Positions& positions, const IndexArray& indices,
              std::size_t begin = 0) const;
  Tensor encode(const IndexArray& sources, const nn::Mask& mask) const;
  nn::Attended decode(const datasets::PairBatch& batch) const;
  nn::Mask mask_of(const char* role, const IndexArray& indices, const IndexArray& lengths) const;

  TransformerConfig config_;
  nn::Embedding source_embedding_, target_embedding_;
  nn::Positions source_positions_, target_positions_;
  nn::Dropout dropout_;
  nn::TransformerEncoder encoder_;
  nn::TransformerDecoder decoder_;
  nn::Linear output_;
};

}  // namespace rw::inline REWIND_ABI::models
