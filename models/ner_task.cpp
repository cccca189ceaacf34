#include "models/ner_task.hpp"

#include <algorithm>

namespace rw::inline REWIND_ABI::models {
namespace {

// B and I go on, with an I or E of their type; all else ends a span, or is outside.
bool goes_on(const std::string& tag) { return tag[0] == 'B' || tag[0] == 'I'; }
bool is_within(const std::string& tag) { return tag[0] == 'I' || tag[0] == 'E'; }

bool may_follow(const std::string& before, const std::string& tag) {
  if (goes_on(before) != is_within(tag)) return false;
  return !goes_on(before) || before.substr(1) == tag.substr(1);
}

}  // namespace

nn::AllowedTags allowed_tags(const datasets::TagSet& tags) {
  const auto& names = tags.names();
  const std::size_t K = names.size();
  nn::AllowedTags allowed{Array(Shape{K, K}, 1), Array(Shape{K}, 1), Array(Shape{K}, 1)};
  if (!tags.scheme()) return allowed;
  for (std::size_t i = 0; i < K; ++i) {
    allowed.start.data()[i] = is_within(names[i]) ? 0 : 1;
    allowed.end.data()[i] = goes_on(names[i]) ? 0 : 1;
    for (std::size_t j = 0; j < K; ++j) allowed.transitions(i, j) = may_follow(names[i], names[j]) ? 1 : 0;
  }
  return allowed;
}

std::vector<std::vector<std::string>> predict_tags(const BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
                                                   const datasets::IndexedSentences& sentences, std::size_t batch) {
  std::vector<std::vector<std::string>> tags(sentences.size());
  const auto batches = datasets::batches_by_length(datasets::lengths_of(sentences.tokens), batch);
  for_each_batch(model, batches, [&](const BigruNER& copy, const datasets::Picks& picks) {
    const IndexArray best = copy.decode(datasets::batch_of(sentences, picks));
    for (std::size_t b = 0; b < picks.size(); ++b) {
      std::vector<Index> column(sentences.tokens[picks[b]].size());
      for (std::size_t t = 0; t < column.size(); ++t) column[t] = best(t, b);
      tags[picks[b]] = vocabulary.tags.decode(column);
    }
  });
  return tags;
}

TaggingScore score_tags(const datasets::TagSet& tags, const std::vector<datasets::TaggedSentence>& gold,
                        const std::vector<std::vector<std::string>>& found) {
  TaggingScore result{tags.scheme().has_value(), {}};
  if (result.of_spans) {
    std::vector<datasets::TaggedSentence> found_sentences;
    for (const std::vector<std::string>& sequence : found) found_sentences.push_back({{}, sequence});
    result.score.add_sentences(gold, found_sentences);
    return result;
  }
  for (std::size_t i = 0; i < gold.size(); ++i) {
    result.score.tokens += found[i].size();
    for (std::size_t t = 0; t < found[i].size(); ++t) result.score.correct_tags += found[i][t] == gold[i].tags[t];
  }
  return result;
}

NERTask::NERTask(BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
                 const datasets::IndexedSentences& training, const std::vector<datasets::TaggedSentence>& validation,
                 Rng& rng, std::size_t batch)
    : BatchTask(model, rng, datasets::LengthBatches(datasets::lengths_of(training.tokens), batch, rng),
                [&training](const datasets::Picks& picks) { return datasets::batch_of(training, picks); }),
      vocabulary_(vocabulary),
      validation_(validation),
      encoded_validation_(datasets::index_sentences(vocabulary, validation, false)) {}

double NERTask::validate() {
  return 1 - score_tags(vocabulary_.tags, validation_, predict_tags(model_, vocabulary_, encoded_validation_)).goal();
}

}  // namespace rw::inline REWIND_ABI::models
