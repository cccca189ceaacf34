// Tells the class of a whole text, such as whether a review likes its film:
//
//   words (T, B) -> embedding (T, B, D) -> dropout -> L recurrent layers (T, B, W) -> pooling over the real steps
//   (B, P) -> dropout -> logits (B, C)
//
// Pooling is what lets a long text through: the maximum, or mean, of each output over all steps reaches every word
// in one step back, where the last state alone has to carry it to the end (Johnson & Zhang 2016). Attention learns
// which steps to take the mean of (Yang et al. 2016).
#pragma once

#include <string>
#include <vector>

#include "datasets/text_batch.hpp"
#include "nn/any_stacked.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"
#include "nn/pooling.hpp"

namespace rw::inline REWIND_ABI::models {

struct SentimentLSTMConfig {
  std::string cell = "lstm";
  std::size_t vocabulary = 0;  // V
  std::size_t classes = 0;     // C
  std::size_t hidden = 128;    // H; W = 2 H if bidirectional, else H
  std::size_t layers = 1;      // L
  std::size_t embed = 128;     // D
  bool bidirectional = true;
  std::string pooling = "max+mean";  // of last, max, mean, attention, concatenated. "last" of both directions: where
                                     // each ends, forward outputs at the last real step, backward ones at the first
  double dropout = 0;                // of the embedding, between the layers, of what is pooled
  double word_dropout = 0;           // the probability that a word is read as unknown, in training

  bool operator==(const SentimentLSTMConfig&) const = default;
};

class SentimentLSTM {
 public:
  // Throws for a size of 0, and for an unknown cell or pooling. `rng` must outlive it.
  SentimentLSTM(const SentimentLSTMConfig& config, Rng& rng);

  // Pretrained vectors instead of random ones. Throws unless they are (V, D).
  void set_vectors(const Array& vectors);

  Tensor forward(const IndexArray& words, const IndexArray& lengths) const;  // (T, B), (B) -> logits (B, C)
  Tensor loss(const datasets::TextBatch& batch) const;                       // mean cross-entropy, ()

  const SentimentLSTMConfig& config() const { return config_; }

  void visit(auto&& f) {
    f("embedding", embedding_), f("rnn", rnn_), f("dropout", dropout_), f("decoder", decoder_);
    if (attention_.v.defined()) f("attention", attention_);
  }

 private:
  Tensor pool_over_time(const std::string& name, const Tensor& outputs, const nn::Mask& mask) const;

  SentimentLSTMConfig config_;
  std::vector<std::string> pooling_;
  nn::Embedding embedding_;
  nn::AnyStacked rnn_;
  nn::Dropout dropout_;
  nn::Linear decoder_;
  nn::AttentionPooling attention_;
};

}  // namespace rw::inline REWIND_ABI::models
