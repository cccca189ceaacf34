#include <fmt/format.h>

#include "datasets/synthetic_reviews.hpp"
#include "examples/compare_cells_task.hpp"
#include "models/input_gradients.hpp"
#include "models/sentiment_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

constexpr std::size_t batch_size = 32;

struct Data {
  std::size_t vocabulary;
  datasets::IndexedTexts training, test;
};

class Reviews final : public ComparedModel {
 public:
  Reviews(const Data& data, const models::SentimentLSTMConfig& config, std::uint64_t seed)
      : training_(data.training),
        rngs_(seed),
        model_(config, rngs_.weights),
        task_(model_, data.training, data.test, rngs_.batches, batch_size) {}

  nn::Task& task() override { return task_; }

  std::vector<double> gradient_norms() const override {
    const datasets::Picks picks = longest(datasets::lengths_of(training_.texts), batch_size);
    const datasets::TextBatch batch = batch_of(training_, picks);
    const Array norms = models::input_gradient_norms(model_, "embedding.weight", batch.words,
                                                     [&](const models::SentimentLSTM& model, const IndexArray& words) {
                                                       return model.loss({words, batch.lengths, batch.labels});
                                                     });
    return models::mean_by_distance(norms, batch.lengths);
  }

 private:
  const datasets::IndexedTexts& training_;
  Generators rngs_;
  models::SentimentLSTM model_;
  models::SentimentTask task_;
};

}  // namespace

ComparedTask compare_reviews() {
  Rng of_training(1), of_test(2);
  const auto training = datasets::synthetic_reviews(8000, of_training),
             test = datasets::synthetic_reviews(2000, of_test);
  datasets::TextEncoder encoder(
      datasets::WordVocabulary::of_counts(datasets::count_words(training.corpus, {}), {.minimum_count = 2}), {}, 0);
  const auto data = std::make_shared<Data>(
      Data{encoder.vocabulary().size(), index_texts(training.corpus, encoder), index_texts(test.corpus, encoder)});
  return {.name = "reviews",
          .score = "accuracy",
          .beside = fmt::format("{:.4f}: the best there can be; {:.4f}: the best of a bag of words", test.best_accuracy,
                                test.best_bag_accuracy),
          .counts_errors = true,
          .lr = 3e-3,
          .make = [data](const std::string& cell, std::size_t hidden, std::uint64_t seed) {
            const models::SentimentLSTMConfig config{.cell = cell,
                                                     .vocabulary = data->vocabulary,
                                                     .classes = 2,
                                                     .hidden = hidden,
                                                     .embed = 32,
                                                     .bidirectional = false,
                                                     .pooling = "last"};
            return std::make_unique<Reviews>(*data, config, seed);
          }};
}

}  // namespace rw::inline REWIND_ABI::examples
