// How well classes are predicted: accuracy, precision, recall, F1, confusion, ROC-AUC.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// The class of the largest logit, the first of equal ones: logits S + (C) -> S.
IndexArray predicted_classes(const Tensor& logits);

// correct / predicted, correct / actual, and their harmonic mean; 0 where there is nothing to divide by.
struct PrecisionRecall {
  double precision = 0, recall = 0, f1 = 0;
};
PrecisionRecall precision_recall(std::size_t correct, std::size_t predicted, std::size_t actual);

// Counts of (true, predicted) classes, added up over the batches of a data set.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(std::size_t classes) : classes_(classes), counts_(classes * classes) {}

  // Targets that are ignore_index count for nothing. Throws if the shapes differ, or for an index that is no class;
  // then nothing is counted.
  void add(const IndexArray& predicted, const IndexArray& targets, Index ignore_index = -100);

  std::size_t classes() const { return classes_; }
  std::size_t count(std::size_t target, std::size_t predicted) const { return counts_[target * classes_ + predicted]; }
  std::size_t total() const;

  double accuracy() const;                        // NaN without examples
  PrecisionRecall of_class(std::size_t c) const;  // c against the rest
  PrecisionRecall micro() const;                  // of all classes' counts: each is the accuracy; 0 without examples
  PrecisionRecall macro() const;  // mean over the classes that occur or are predicted; f1 is the mean of theirs

 private:
  std::size_t predictions_of(std::size_t c) const;
  std::size_t targets_of(std::size_t c) const;
  std::size_t correct() const;

  std::size_t classes_;
  std::vector<std::size_t> counts_;  // [target][predicted]
};

// Area under the ROC curve: the probability that a positive example (target 1) has a higher score than a negative one
// (target 0), equal scores counting half (Mann & Whitney 1947). NaN if there is one class only or if a score is NaN.
// Throws for other targets, or if the numbers of scores and targets differ.
double roc_auc(std::span<const Scalar> scores, std::span<const Index> targets);

}  // namespace rw::inline REWIND_ABI::nn
