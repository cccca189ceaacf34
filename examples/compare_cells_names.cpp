#include <fmt/format.h>

#include "datasets/synthetic_names.hpp"
#include "examples/compare_cells_task.hpp"
#include "models/input_gradients.hpp"
#include "models/ner_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

constexpr std::size_t batch_size = 32;

struct Data {
  datasets::TaggingVocabulary vocabulary;
  datasets::IndexedSentences training;
  std::vector<datasets::TaggedSentence> test;
};

class Names final : public ComparedModel {
 public:
  Names(const Data& data, const models::BigruNERConfig& config, std::uint64_t seed)
      : training_(data.training),
        rngs_(seed),
        model_(config, models::allowed_tags(data.vocabulary.tags), rngs_.weights),
        task_(model_, data.vocabulary, data.training, data.test, rngs_.batches, batch_size) {}

  nn::Task& task() override { return task_; }

  std::vector<double> gradient_norms() const override {
    datasets::TaggedBatch batch = batch_of(training_, longest(datasets::lengths_of(training_.tokens), batch_size));
    const IndexArray words = batch.words;
    const Array norms = models::input_gradient_norms(model_, "word_embedding.weight", words,
                                                     [&](const models::BigruNER& model, const IndexArray& rows) {
                                                       batch.words = rows;
                                                       return model.loss(batch);
                                                     });
    return models::mean_by_distance(norms, batch.lengths);
  }

 private:
  const datasets::IndexedSentences& training_;
  Generators rngs_;
  models::BigruNER model_;
  models::NERTask task_;
};

}  // namespace

ComparedTask compare_names() {
  Rng of_training(1), of_test(3);
  const auto training = datasets::synthetic_names(4000, of_training).corpus.sentences;
  const auto test = datasets::synthetic_names(1000, of_test);
  auto vocabulary = datasets::TaggingVocabulary::of(training, {}, {.minimum_count = 2});
  auto sentences = index_sentences(vocabulary, training, true);
  const auto data = std::make_shared<Data>(Data{std::move(vocabulary), std::move(sentences), test.corpus.sentences});
  return {.name = "names",
          .score = "span F1",
          .beside = fmt::format("{:.4f}: who knows how the sentences are made", test.best_span_f1),
          .counts_errors = true,
          .lr = 5e-3,
          .make = [data](const std::string& cell, std::size_t hidden, std::uint64_t seed) {
            const models::BigruNERConfig config{.cell = cell,
                                                .words = data->vocabulary.words.size(),
                                                .characters = data->vocabulary.characters.size(),
                                                .shapes = datasets::word_shapes,
                                                .tags = data->vocabulary.tags.size(),
                                                .hidden = hidden,
                                                .embed = 32,
                                                .char_hidden = 32};
            return std::make_unique<Names>(*data, config, seed);
          }};
}

}  // namespace rw::inline REWIND_ABI::examples
