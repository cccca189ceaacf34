// Names the parts of a sentence: a tag for each word (Lample et al. 2016; Ma & Hovy 2016). Works for parts of speech
// too.
//
//   word (T, B) -> embedding (T, B, D)  |
//   its characters -> CNN or Bi-GRU     |-> dropout -> L layers both ways (T, B, 2 H) -> dropout -> emissions (T, B, K)
//   its shape -> embedding              |                                    -> CRF, or softmax of each word by itself
//
// Characters tell of a word that was never seen whether it ends like a place; the CRF, which tags go together.
#pragma once

#include <string>

#include "datasets/text_batch.hpp"
#include "nn/any_stacked.hpp"
#include "nn/conv1d.hpp"
#include "nn/crf.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"

namespace rw::inline REWIND_ABI::models {

struct BigruNERConfig {
  std::string cell = "gru";
  std::size_t words = 0, characters = 0, shapes = 0;  // sizes of the vocabularies; shapes may be 0: none are read
  std::size_t tags = 0;                               // K
  std::size_t hidden = 128, layers = 1;               // H, L
  std::size_t embed = 100, char_embed = 25, shape_embed = 8;
  std::string char_features = "cnn";  // of width 3 with the maximum over the word; "gru": last states; "none"
  std::size_t char_hidden = 50;       // width of these features, of the GRU's both directions together
  double dropout = 0;                 // of the features, between layers, and before the emissions
  double word_dropout = 0;            // words that are read as unknown in training
  bool crf = true;

  bool operator==(const BigruNERConfig&) const = default;
};

class BigruNER {
 public:
  // `allowed`: for the CRF; without it everything is. Throws for a size of 0, an unknown cell or kind of features, an
  // odd char_hidden for "gru", or `allowed` of another number of tags. `rng` must outlive it.
  BigruNER(const BigruNERConfig& config, const nn::AllowedTags& allowed, Rng& rng);

  // Pretrained vectors instead of random ones. Throws unless they are (words, embed).
  void set_vectors(const Array& vectors);

  Tensor forward(const datasets::TaggedBatch& batch) const;  // emissions (T, B, K), the logits of a softmax
  // The mean over the sequences of the negative log-likelihood of their tags.
  Tensor loss(const datasets::TaggedBatch& batch) const;
  IndexArray decode(const datasets::TaggedBatch& batch) const;  // the best tags (T, B), `ignored` in padding

  const BigruNERConfig& config() const { return config_; }

  void visit(auto&& f) {
    f("word_embedding", word_embedding_);
    if (config_.char_features != "none") f("char_embedding", char_embedding_);
    if (config_.char_features == "cnn") f("char_cnn", char_cnn_);
    if (config_.char_features == "gru") f("char_rnn", char_rnn_);
    if (config_.shapes > 0) f("shape_embedding", shape_embedding_);
    f("rnn", rnn_), f("dropout", dropout_), f("decoder", decoder_);
    if (config_.crf) f("crf", crf_);
  }

 private:
  Tensor char_features(const datasets::Padded& characters) const;      // (Tc, N) -> (N, char_hidden)
  Tensor features_of_words(const datasets::Padded& characters) const;  // the same, of words of like length
  Tensor features(const datasets::TaggedBatch& batch) const;           // (T, B, all of them)

  BigruNERConfig config_;
  nn::Embedding word_embedding_, char_embedding_, shape_embedding_;
  nn::Conv1d char_cnn_;
  nn::Bidirectional<nn::GRUCell> char_rnn_;
  nn::AnyStacked rnn_;
  nn::Dropout dropout_;
  nn::Linear decoder_;
  nn::CRF crf_;
};

}  // namespace rw::inline REWIND_ABI::models
