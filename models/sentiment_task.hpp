// Training a SentimentLSTM on labelled texts, and measuring it.
#pragma once

#include "datasets/indexed_text.hpp"
#include "models/batch_task.hpp"
#include "models/sentiment_lstm.hpp"
#include "nn/train/classification.hpp"

namespace rw::inline REWIND_ABI::models {

// The logits of each text, (N, C), in the order of the texts; the model in eval mode. Texts of like length share a
// batch of at most `batch`, and threads share the batches.
Array logits_of(const SentimentLSTM& model, const datasets::Sequences& texts, std::size_t batch = 64);

struct SentimentScores {
  double loss;  // mean cross-entropy
  nn::ConfusionMatrix confusion;
  double auc;  // area under the ROC curve of class 1; NaN unless there are two classes, both of which occur
};
// Throws if there is no text.
SentimentScores evaluate(const SentimentLSTM& model, const datasets::IndexedTexts& texts, std::size_t batch = 64);

class SentimentTask final : public BatchTask<SentimentLSTM, datasets::TextBatch> {
 public:
  // All of them must outlive the task; `rng` is the model's.
  SentimentTask(SentimentLSTM& model, const datasets::IndexedTexts& training, const datasets::IndexedTexts& validation,
                Rng& rng, std::size_t batch);

  std::string item_name() const override { return "texts"; }
  double validate() override { return 1 - evaluate(model_, validation_).confusion.accuracy(); }

 private:
  const datasets::IndexedTexts& validation_;
};

}  // namespace rw::inline REWIND_ABI::models
