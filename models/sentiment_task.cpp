#include "models/sentiment_task.hpp"

#include <algorithm>
#include <limits>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

using datasets::Picks;
using datasets::WordVocabulary;

double auc_of(const Array& logits, const std::vector<Index>& labels) {
  if (logits.shape()[1] != 2) return std::numeric_limits<double>::quiet_NaN();
  std::vector<Scalar> scores;
  for (std::size_t i = 0; i < labels.size(); ++i) scores.push_back(logits.data()[2 * i + 1] - logits.data()[2 * i]);
  return nn::roc_auc(scores, labels);
}

}  // namespace

Array logits_of(const SentimentLSTM& model, const datasets::Sequences& texts, std::size_t batch) {
  const std::size_t C = model.config().classes;
  Array logits(Shape{texts.size(), C});
  const auto batches = datasets::batches_by_length(datasets::lengths_of(texts), batch);
  for_each_batch(model, batches, [&](const SentimentLSTM& copy, const Picks& picks) {
    const auto [words, lengths] = datasets::pad(texts, picks, WordVocabulary::padding, WordVocabulary::unknown);
    const Tensor rows = copy.forward(words, lengths);
    for (std::size_t b = 0; b < picks.size(); ++b)
      std::copy_n(rows.value().data() + b * C, C, logits.data() + picks[b] * C);
  });
  return logits;
}

SentimentScores evaluate(const SentimentLSTM& model, const datasets::IndexedTexts& texts, std::size_t batch) {
  if (texts.size() == 0) fail("evaluate", "there is no text to measure on");
  const Pause pause;
  const Tensor logits = logits_of(model, texts.texts, batch);
  IndexArray labels(Shape{texts.size()});
  std::copy(texts.labels.begin(), texts.labels.end(), labels.begin());
  nn::ConfusionMatrix confusion(model.config().classes);
  confusion.add(nn::predicted_classes(logits), labels);
  return {static_cast<double>(cross_entropy(logits, labels).item()), confusion, auc_of(logits.value(), texts.labels)};
}

SentimentTask::SentimentTask(SentimentLSTM& model, const datasets::IndexedTexts& training,
                             const datasets::IndexedTexts& validation, Rng& rng, std::size_t batch)
    : BatchTask(model, rng, datasets::LengthBatches(datasets::lengths_of(training.texts), batch, rng),
                [&training](const Picks& picks) { return batch_of(training, picks); }),
      validation_(validation) {}

}  // namespace rw::inline REWIND_ABI::models
