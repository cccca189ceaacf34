#include "models/sentiment_lstm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "datasets/word_vocabulary.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

using datasets::WordVocabulary;

SentimentLSTMConfig checked(const SentimentLSTMConfig& c) {
  for (const auto& [name, size] : {std::pair{"vocabulary", c.vocabulary},
                                   {"classes", c.classes},
                                   {"hidden", c.hidden},
                                   {"layers", c.layers},
                                   {"embed", c.embed}})
    if (size == 0) fail("sentiment_lstm", fmt::format("{} = 0: expected at least 1", name));
  return c;
}

// "max+mean" -> max, mean
std::vector<std::string> pooling_names(const std::string& pooling) {
  static const std::set<std::string> known = {"attention", "last", "max", "mean"};
  std::vector<std::string> names;
  std::istringstream text(pooling + '+');
  for (std::string name; std::getline(text, name, '+');) names.push_back(name);
  const std::set<std::string> distinct(names.begin(), names.end());
  if (distinct.size() != names.size() || !std::includes(known.begin(), known.end(), distinct.begin(), distinct.end()))
    fail("sentiment_lstm",
         fmt::format("pooling '{}': expected last, max, mean, attention, or several of them joined by +, each once",
                     pooling));
  return names;
}

// Where each direction ends: (T, B, 2 H) -> (B, 2 H).
Tensor both_ends(const Tensor& outputs, const nn::Mask& mask) {
  const auto width = static_cast<std::ptrdiff_t>(outputs.size(2)), H = width / 2;
  const Tensor last = nn::last_step(outputs, mask), first = select(outputs, 0, 0);
  return concat({slice(last, 1, 0, H), slice(first, 1, H, width)}, 1);
}

}  // namespace

SentimentLSTM::SentimentLSTM(const SentimentLSTMConfig& config, Rng& rng)
    : config_(checked(config)),
      pooling_(pooling_names(config.pooling)),
      embedding_(config.vocabulary, config.embed, rng),
      rnn_(config.cell, config.embed, config.hidden, config.layers, config.dropout, rng, config.bidirectional),
      dropout_(config.dropout, rng),
      decoder_(pooling_.size() * rnn_.width(), config.classes, rng) {
  if (std::find(pooling_.begin(), pooling_.end(), "attention") != pooling_.end())
    attention_ = nn::AttentionPooling(rnn_.width(), rng);
}

void SentimentLSTM::set_vectors(const Array& vectors) {
  check_shape("sentiment_lstm", "vectors", {config_.vocabulary, config_.embed}, vectors.shape());
  embedding_.weight.mutate() = vectors;
}

Tensor SentimentLSTM::pool_over_time(const std::string& name, const Tensor& outputs, const nn::Mask& mask) const {
  if (name == "max") return nn::max_over_time(outputs, mask);
  if (name == "mean") return nn::mean_over_time(outputs, mask);
  if (name == "attention") return attention_(outputs, mask);
  return config_.bidirectional ? both_ends(outputs, mask) : nn::last_step(outputs, mask);
}

Tensor SentimentLSTM::forward(const IndexArray& words, const IndexArray& lengths) const {
  check_rank("sentiment_lstm", "words (T, B)", 2, words.shape());
  const nn::Mask mask = nn::mask_of_lengths(lengths, words.shape()[0]);
  const double p = dropout_.training ? config_.word_dropout : 0;
  const IndexArray read = nn::drop_words(words, p, WordVocabulary::unknown, *dropout_.rng);
  const Tensor outputs = rnn_(dropout_(embedding_(read)), mask);
  Tensors pooled;
  for (const std::string& name : pooling_) pooled.push_back(pool_over_time(name, outputs, mask));
  const Scope scope("decoder");
  return decoder_(dropout_(concat(pooled, 1)));
}

Tensor SentimentLSTM::loss(const datasets::TextBatch& batch) const {
  return cross_entropy(forward(batch.words, batch.lengths), batch.labels);
}

}  // namespace rw::inline REWIND_ABI::models
