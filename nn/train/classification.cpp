#include "nn/train/classification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::nn {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::size_t checked_class(const char* role, Index c, std::size_t at, std::size_t classes) {
  if (c < 0 || static_cast<std::size_t>(c) >= classes)
    fail("confusion_matrix", fmt::format("{} {} at {}: expected 0 <= class < {}", role, c, at, classes));
  return static_cast<std::size_t>(c);
}

}  // namespace

IndexArray predicted_classes(const Tensor& logits) {
  const Shape& shape = logits.shape();
  if (shape.empty() || shape.back() == 0)
    fail("predicted_classes", fmt::format("logits {}: expected an axis of classes", to_string(shape)));
  IndexArray classes(Shape(shape.begin(), shape.end() - 1));
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const Scalar* const row = logits.value().data() + i * shape.back();
    classes.data()[i] = static_cast<Index>(std::max_element(row, row + shape.back()) - row);
  }
  return classes;
}

PrecisionRecall precision_recall(std::size_t correct, std::size_t predicted, std::size_t actual) {
  return {ratio(correct, predicted), ratio(correct, actual), ratio(2 * correct, predicted + actual)};
}

void ConfusionMatrix::add(const IndexArray& predicted, const IndexArray& targets, Index ignore_index) {
  check_shape("confusion_matrix", "predicted", targets.shape(), predicted.shape());
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets.data()[i] == ignore_index) continue;
    const std::size_t target = checked_class("target", targets.data()[i], i, classes_);
    cells.push_back(target * classes_ + checked_class("prediction", predicted.data()[i], i, classes_));
  }
  for (const std::size_t cell : cells) ++counts_[cell];
}

std::size_t ConfusionMatrix::total() const { return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}); }

std::size_t ConfusionMatrix::correct() const {
  std::size_t n = 0;
  for (std::size_t c = 0; c < classes_; ++c) n += count(c, c);
  return n;
}

std::size_t ConfusionMatrix::targets_of(std::size_t c) const {
  std::size_t n = 0;
  for (std::size_t p = 0; p < classes_; ++p) n += count(c, p);
  return n;
}

std::size_t ConfusionMatrix::predictions_of(std::size_t c) const {
  std::size_t n = 0;
  for (std::size_t t = 0; t < classes_; ++t) n += count(t, c);
  return n;
}

double ConfusionMatrix::accuracy() const { return total() == 0 ? nan : ratio(correct(), total()); }

PrecisionRecall ConfusionMatrix::of_class(std::size_t c) const {
  return precision_recall(count(c, c), predictions_of(c), targets_of(c));
}

PrecisionRecall ConfusionMatrix::micro() const { return precision_recall(correct(), total(), total()); }

PrecisionRecall ConfusionMatrix::macro() const {
  PrecisionRecall mean;
  std::size_t seen = 0;
  for (std::size_t c = 0; c < classes_; ++c) {
    if (targets_of(c) + predictions_of(c) == 0) continue;
    const PrecisionRecall own = of_class(c);
    ++seen, mean.precision += own.precision, mean.recall += own.recall, mean.f1 += own.f1;
  }
  const double n = std::max(1., static_cast<double>(seen));
  return {mean.precision / n, mean.recall / n, mean.f1 / n};
}

// The ranks of the positive examples, equal scores sharing the mean of theirs, summed, tell how many pairs are in
// order.
double roc_auc(std::span<const Scalar> scores, std::span<const Index> targets) {
  if (scores.size() != targets.size())
    fail("roc_auc", fmt::format("{} scores and {} targets: expected as many", scores.size(), targets.size()));
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (targets[i] != 0 && targets[i] != 1)
      fail("roc_auc", fmt::format("target {} at {}: expected 0 or 1", targets[i], i));
  if (std::any_of(scores.begin(), scores.end(), [](Scalar s) { return std::isnan(s); })) return nan;
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return scores[i] < scores[j]; });
  double rank_sum = 0, positive = 0;
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    double among_equals = 0;
    for (; end < order.size() && scores[order[end]] == scores[order[first]]; ++end) among_equals += targets[order[end]];
    rank_sum += among_equals * static_cast<double>(first + 1 + end) / 2;
    positive += among_equals;
  }
  const double negative = static_cast<double>(order.size()) - positive;
  return (rank_sum - positive * (positive + 1) / 2) / (positive * negative);  // 0 / 0 for one class only
}

}  // namespace rw::inline REWIND_ABI::nn
