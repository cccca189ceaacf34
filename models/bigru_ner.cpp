#include "models/bigru_ner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "datasets/word_vocabulary.hpp"
#include "nn/pooling.hpp"
#include "nn/train/classification.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

constexpr std::size_t char_window = 3;
constexpr std::size_t words_together = 128;  // in the network over characters: of like length, since most are short

bool reads_characters(const BigruNERConfig& c) { return c.char_features != "none"; }

BigruNERConfig checked(const BigruNERConfig& c) {
  const auto at_least_1 = [](const char* name, std::size_t size) {
    if (size == 0) fail("bigru_ner", fmt::format("{} = 0: expected at least 1", name));
  };
  at_least_1("words", c.words), at_least_1("tags", c.tags), at_least_1("hidden", c.hidden);
  at_least_1("layers", c.layers), at_least_1("embed", c.embed);
  if (c.shapes > 0) at_least_1("shape_embed", c.shape_embed);
  if (c.char_features != "cnn" && c.char_features != "gru" && c.char_features != "none")
    fail("bigru_ner", fmt::format("char_features '{}': expected cnn, gru or none", c.char_features));
  if (!reads_characters(c)) return c;
  at_least_1("characters", c.characters), at_least_1("char_embed", c.char_embed);
  at_least_1("char_hidden", c.char_hidden);
  if (c.char_features == "gru" && c.char_hidden % 2 == 1)
    fail("bigru_ner", fmt::format("char_hidden = {}: expected an even number, half of it a direction", c.char_hidden));
  return c;
}

std::size_t width_of_features(const BigruNERConfig& c) {
  return c.embed + (reads_characters(c) ? c.char_hidden : 0) + (c.shapes > 0 ? c.shape_embed : 0);
}

nn::CRF make_crf(const BigruNERConfig& c, const nn::AllowedTags& allowed, Rng& rng) {
  if (!c.crf) return {};
  if (allowed.start.size() == 0) return nn::CRF(c.tags, rng);
  check_shape("bigru_ner", "allowed start", {c.tags}, allowed.start.shape());
  return nn::CRF(allowed, rng);
}

// Some sequences (T, B), without steps that are padding in all of them.
datasets::Padded columns_of(const datasets::Padded& x, const datasets::Picks& columns) {
  Index longest = 0;
  IndexArray lengths(Shape{columns.size()});
  for (std::size_t b = 0; b < columns.size(); ++b) {
    lengths.data()[b] = x.lengths.data()[columns[b]];
    longest = std::max(longest, lengths.data()[b]);
  }
  IndexArray indices(Shape{static_cast<std::size_t>(longest), columns.size()});
  for (std::size_t t = 0; t < indices.shape()[0]; ++t)
    for (std::size_t b = 0; b < columns.size(); ++b) indices(t, b) = x.indices(t, columns[b]);
  return {indices, lengths};
}

}  // namespace

BigruNER::BigruNER(const BigruNERConfig& config, const nn::AllowedTags& allowed, Rng& rng)
    : config_(checked(config)),
      word_embedding_(config.words, config.embed, rng),
      char_rnn_(config.char_embed, config.char_features == "gru" ? config.char_hidden / 2 : 1, rng),
      rnn_(config.cell, width_of_features(config), config.hidden, config.layers, config.dropout, rng, true),
      dropout_(config.dropout, rng),
      decoder_(2 * config.hidden, config.tags, rng),
      crf_(make_crf(config, allowed, rng)) {
  if (reads_characters(config)) char_embedding_ = nn::Embedding(config.characters, config.char_embed, rng);
  if (config.char_features == "cnn") char_cnn_ = nn::Conv1d(config.char_embed, config.char_hidden, char_window, rng);
  if (config.shapes > 0) shape_embedding_ = nn::Embedding(config.shapes, config.shape_embed, rng);
}

void BigruNER::set_vectors(const Array& vectors) {
  check_shape("bigru_ner", "vectors", {config_.words, config_.embed}, vectors.shape());
  word_embedding_.weight.mutate() = vectors;
}

Tensor BigruNER::char_features(const datasets::Padded& characters) const {
  const Scope scope("characters");
  const std::vector<std::size_t> lengths(characters.lengths.begin(), characters.lengths.end());
  IndexArray places(Shape{lengths.size()});  // of each word in the rows of `features`
  Tensors features;
  Index place = 0;
  for (const datasets::Picks& words : datasets::batches_by_length(lengths, words_together)) {
    features.push_back(features_of_words(columns_of(characters, words)));
    for (const std::size_t word : words) places.data()[word] = place++;
  }
  return embedding(concat(features, 0), places);
}

Tensor BigruNER::features_of_words(const datasets::Padded& characters) const {
  const nn::Mask mask = nn::mask_of_lengths(characters.lengths, characters.indices.shape()[0]);
  const Tensor x = dropout_(char_embedding_(characters.indices));
  if (config_.char_features == "cnn") return nn::max_over_time(char_cnn_(x, mask), mask);
  const auto last = char_rnn_(x, mask).state;
  return concat({last.forward.h, last.backward.h}, -1);
}

Tensor BigruNER::features(const datasets::TaggedBatch& batch) const {
  const std::size_t T = batch.words.shape()[0], B = batch.size();
  const double p = dropout_.training ? config_.word_dropout : 0;
  Tensors parts{word_embedding_(nn::drop_words(batch.words, p, datasets::WordVocabulary::unknown, *dropout_.rng))};
  if (reads_characters(config_)) parts.push_back(reshape(char_features(batch.characters), {T, B, config_.char_hidden}));
  if (config_.shapes > 0) parts.push_back(shape_embedding_(batch.shapes));
  return concat(parts, -1);
}

Tensor BigruNER::forward(const datasets::TaggedBatch& batch) const {
  const nn::Mask mask = nn::mask_of_lengths(batch.lengths, batch.words.shape()[0]);
  const Tensor outputs = rnn_(dropout_(features(batch)), mask);
  const Scope scope("decoder");
  return decoder_(dropout_(outputs));
}

Tensor BigruNER::loss(const datasets::TaggedBatch& batch) const {
  const Tensor emissions = forward(batch);
  if (config_.crf) return crf_.loss(emissions, batch.tags, nn::mask_of_lengths(batch.lengths, emissions.size(0)));
  double tokens = 0;
  for (const Index length : batch.lengths) tokens += static_cast<double>(length);
  const auto per_sequence = static_cast<Scalar>(tokens / static_cast<double>(batch.size()));
  return cross_entropy(emissions, batch.tags, {.ignore_index = datasets::ignored}) * per_sequence;
}

IndexArray BigruNER::decode(const datasets::TaggedBatch& batch) const {
  const Pause pause;
  const Tensor emissions = forward(batch);
  const std::size_t T = emissions.size(0), B = batch.size();
  if (config_.crf) return crf_.decode(emissions, nn::mask_of_lengths(batch.lengths, T));
  IndexArray tags = nn::predicted_classes(emissions);
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t b = 0; b < B; ++b)
      if (static_cast<Index>(t) >= batch.lengths.data()[b]) tags(t, b) = datasets::ignored;
  return tags;
}

}  // namespace rw::inline REWIND_ABI::models
