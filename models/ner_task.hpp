// Training a BigruNER on tagged sentences, and measuring it.
#pragma once

#include <string>
#include <vector>

#include "datasets/indexed_sentences.hpp"
#include "datasets/span_score.hpp"
#include "models/batch_task.hpp"
#include "models/bigru_ner.hpp"

namespace rw::inline REWIND_ABI::models {

// Which tags a BIOES sequence may have where: an E or I only within a span. Of other tags: any anywhere.
nn::AllowedTags allowed_tags(const datasets::TagSet& tags);

// The tags of each sentence, as files have them; the model in eval mode. Sentences of like length share a batch of at
// most `batch`.
std::vector<std::vector<std::string>> predict_tags(const BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
                                                   const datasets::IndexedSentences& sentences, std::size_t batch = 32);

// Tags found beside the gold ones. Tags that are no spans have an accuracy only.
struct TaggingScore {
  bool of_spans = true;
  datasets::SpanScore score;

  double goal() const { return (of_spans ? score.all.f1() : score.accuracy()) / 100; }
};
// Gold tags may be of another scheme than the set's. Throws Error if they are no spans where the set's are.
TaggingScore score_tags(const datasets::TagSet& tags, const std::vector<datasets::TaggedSentence>& gold,
                        const std::vector<std::vector<std::string>>& found);

class NERTask final : public BatchTask<BigruNER, datasets::TaggedBatch> {
 public:
  // All of them must outlive the task; `rng` is the model's.
  NERTask(BigruNER& model, const datasets::TaggingVocabulary& vocabulary, const datasets::IndexedSentences& training,
          const std::vector<datasets::TaggedSentence>& validation, Rng& rng, std::size_t batch);

  std::string item_name() const override { return "sentences"; }
  double validate() override;  // 1 - F1 of the spans, or the rate of wrong tags

 private:
  const datasets::TaggingVocabulary& vocabulary_;
  const std::vector<datasets::TaggedSentence>& validation_;
  datasets::IndexedSentences encoded_validation_;
};

}  // namespace rw::inline REWIND_ABI::models
