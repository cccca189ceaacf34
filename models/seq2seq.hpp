// Translates, or turns any sequence into another (Sutskever, Vinyals & Le 2014; Cho et al. 2014): an encoder reads the
// source, a decoder writes the target, and attention lets it look back at each word (Luong, Pham & Manning 2015):
//
//   source (S, B) -> embedding -> dropout -> L layers, one way or both (S, B, H) -> their last states: tanh(W s + b)
//                                             | attention, for all T at once         | the decoder's first ones
//   inputs (T, B) -> embedding -> dropout -> L layers (T, B, H) -> r = tanh(W [context; h]) (T, B, D) -> dropout
//                                                               -> logits (T, B, V)
//
// Without attention the context is the encoder's last outputs, which the decoder also reads at each step. The decoder's
// layers do not wait for attention, so that in training they are one scan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/pair_batch.hpp"
#include "models/beam_search.hpp"
#include "nn/any_stacked.hpp"
#include "nn/attention.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"

namespace rw::inline REWIND_ABI::models {

struct Seq2SeqConfig {
  std::string cell = "gru";
  std::size_t source_vocabulary = 0, target_vocabulary = 0;  // the latter V
  std::size_t embed = 256;                                   // D
  std::size_t hidden = 256;                                  // H; of an encoder's two directions H / 2 each
  std::size_t layers = 1;                                    // L, of encoder and decoder
  bool bidirectional = true;                                 // the encoder
  std::string attention = "general";                         // or "dot", "scaled_dot", "additive", "none"
  double dropout = 0;                                        // of embeddings, between layers, before the logits
  double label_smoothing = 0;                                // in training
  bool tied = true;     // the logits' weight is the target embedding's (Press & Wolf 2017)
  bool shared = false;  // one embedding for both, which share a vocabulary

  bool operator==(const Seq2SeqConfig&) const = default;
};

class Seq2Seq {
 public:
  // Throws for a size of 0, an unknown cell or attention, an odd H for two directions, or vocabularies of two sizes
  // that are to share one embedding. `rng` must outlive it.
  Seq2Seq(const Seq2SeqConfig& config, Rng& rng);

  // Scheduled sampling (Bengio et al. 2015): in training each input but the first is, with probability 1 - p, what the
  // decoder itself thought likeliest. Below 1 it goes step by step. Throws unless 0 <= p <= 1.
  void set_teacher_forcing(double p);

  Tensor forward(const datasets::PairBatch& batch) const;  // logits (T, B, V)
  Tensor loss(const datasets::PairBatch& batch) const;     // mean cross-entropy of the targets that count

  // The best target of each source (S, B) of `lengths` (B), by beam search; no gradients.
  std::vector<std::vector<Index>> translate(const IndexArray& sources, const IndexArray& lengths,
                                            const BeamOptions& options = {}) const;
  // What each step of the targets looks at, (B, T, S); zeros where they have ended. Throws for a model without
  // attention.
  Tensor attention(const datasets::PairBatch& batch) const;

  const Seq2SeqConfig& config() const { return config_; }

  void visit(auto&& f) {
    f("source_embedding", source_embedding_), f("target_embedding", target_embedding_);
    f("encoder", encoder_), f("decoder", decoder_);
    for (std::size_t i = 0; i < bridge_.size(); ++i) f("bridge." + std::to_string(i), bridge_[i]);
    if (attention_) f("attention", *attention_);
    f("readout", readout_), f("dropout", dropout_), f("output", output_);
  }

 private:
  using State = nn::AnyStacked::State;
  class Decoding;

  // What the decoder begins with.
  struct Encoded {
    State state;
    nn::Memory memory;  // with attention,
    Tensor last;        // (B, H), without it
  };
  struct Decoded {
    Tensor logits;   // (T, B, V)
    Tensor weights;  // (B, T, S), with attention
    State state;
  };

  Encoded encode(const IndexArray& sources, const IndexArray& lengths) const;
  Decoded decode(const IndexArray& inputs, const Encoded& encoded, const nn::Mask& mask = {}) const;
  Tensor decode_sampling(const datasets::PairBatch& batch, Encoded encoded) const;
  State first_state(const State& last) const;
  Tensor last_outputs(const State& last) const;

  Seq2SeqConfig config_;
  double teacher_forcing_ = 1;
  nn::Embedding source_embedding_, target_embedding_;
  nn::AnyStacked encoder_, decoder_;
  std::vector<nn::Linear> bridge_;  // of each tensor of the decoder's state that is of width H
  std::optional<nn::AnyAttention> attention_;
  nn::Linear readout_;
  nn::Dropout dropout_;
  nn::Linear output_;
};

}  // namespace rw::inline REWIND_ABI::models
