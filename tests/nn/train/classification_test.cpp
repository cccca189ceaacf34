// Counts of classes and what follows from them: values worked out by hand, and all pairs for the area.
#include "nn/train/classification.hpp"

#include <limits>

#include "tests/nn/support.hpp"

using namespace rw;

namespace {

void check_equal(const nn::PrecisionRecall& got, double precision, double recall, double f1) {
  CHECK(got.precision == Approx(precision));
  CHECK(got.recall == Approx(recall));
  CHECK(got.f1 == Approx(f1));
}

using Scores = std::vector<Scalar>;
using Targets = std::vector<Index>;

// The share of (positive, negative) pairs in order, equal scores counting half.
double area_by_pairs(const Scores& scores, const Targets& targets) {
  double in_order = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (targets[i] != 1 || targets[j] != 0) continue;
      ++pairs, in_order += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
    }
  return in_order / pairs;
}

}  // namespace

TEST_CASE("the class of the largest logit") {
  Array logits(Shape{2, 2, 3}, 0);
  logits(0, 1, 2) = 1, logits(1, 0, 1) = 2, logits(1, 1, 0) = -1;
  const IndexArray got = nn::predicted_classes(logits);
  CHECK(got.shape() == Shape{2, 2});
  CHECK(std::vector<Index>(got.begin(), got.end()) == std::vector<Index>{0, 2, 1, 1});
  CHECK(nn::predicted_classes(Array(Shape{0, 3})).size() == 0);
  CHECK_THROWS_WITH(nn::predicted_classes(Array(Shape{2, 0})),
                    "[predicted_classes] logits (2, 0): expected an axis of classes");
}

// Of the targets 0 1 2 0 1 2 two are found: both of class 0, which is predicted three times.
TEST_CASE("three classes, worked by hand") {
  nn::ConfusionMatrix counts(3);
  counts.add(indices({0, 2, 1}), indices({0, 1, 2}));
  counts.add(indices({0, 0, 1, -100, 7}), indices({0, 1, 2, -100, -100}));
  CHECK(counts.total() == 6);
  CHECK(counts.count(0, 0) == 2);
  CHECK(counts.count(1, 0) == 1);
  CHECK(counts.count(1, 2) == 1);
  CHECK(counts.count(2, 1) == 2);
  CHECK(counts.accuracy() == Approx(2 / 6.));
  check_equal(counts.of_class(0), 2 / 3., 1, 0.8);
  check_equal(counts.of_class(1), 0, 0, 0);
  check_equal(counts.macro(), 2 / 9., 1 / 3., 0.8 / 3);
  check_equal(counts.micro(), 1 / 3., 1 / 3., 1 / 3.);
}

TEST_CASE("classes that do not occur") {
  nn::ConfusionMatrix counts(4);
  CHECK(std::isnan(counts.accuracy()));
  check_equal(counts.macro(), 0, 0, 0);
  check_equal(counts.micro(), 0, 0, 0);
  counts.add(indices({1, 1, 1}), indices({1, 1, 2}));  // 0 and 3 are left out of the mean
  check_equal(counts.of_class(3), 0, 0, 0);
  check_equal(counts.macro(), (2 / 3. + 0) / 2, (1. + 0) / 2, (0.8 + 0) / 2);
  nn::ConfusionMatrix one(1);
  one.add(indices({0, 0}), indices({0, 0}));
  CHECK(one.accuracy() == 1);
  check_equal(one.macro(), 1, 1, 1);
}

TEST_CASE("precision and recall of counts") {
  check_equal(nn::precision_recall(3, 4, 6), 0.75, 0.5, 0.6);
  check_equal(nn::precision_recall(0, 0, 5), 0, 0, 0);
  check_equal(nn::precision_recall(0, 0, 0), 0, 0, 0);
}

TEST_CASE("the area under the ROC curve") {
  CHECK(nn::roc_auc(Scores{Scalar(0.1), Scalar(0.4), Scalar(0.35), Scalar(0.8)}, Targets{0, 0, 1, 1}) == Approx(0.75));
  CHECK(nn::roc_auc(Scores{1, 2, 3}, Targets{0, 1, 1}) == 1);
  CHECK(nn::roc_auc(Scores{3, 2, 1}, Targets{0, 1, 1}) == 0);
  CHECK(nn::roc_auc(Scores{1, 1, 1, 1}, Targets{0, 1, 0, 1}) == 0.5);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed);
    Scores scores{0, 0};
    Targets targets{0, 1};
    for (std::uint64_t i = 0, n = rng.below(60); i < n; ++i) {
      scores.push_back(static_cast<Scalar>(rng.below(8)));  // many are equal
      targets.push_back(static_cast<Index>(rng.below(2)));
    }
    CHECK(nn::roc_auc(scores, targets) == Approx(area_by_pairs(scores, targets)));
  }
}

TEST_CASE("areas that are none") {
  CHECK(std::isnan(nn::roc_auc(Scores{}, Targets{})));
  CHECK(std::isnan(nn::roc_auc(Scores{1, 2}, Targets{1, 1})));
  CHECK(std::isnan(nn::roc_auc(Scores{1, 2}, Targets{0, 0})));
  CHECK(std::isnan(nn::roc_auc(Scores{1, std::numeric_limits<Scalar>::quiet_NaN()}, Targets{0, 1})));
  const Scalar infinity = std::numeric_limits<Scalar>::infinity();
  CHECK(nn::roc_auc(Scores{-infinity, infinity, infinity}, Targets{0, 1, 0}) == 0.75);
}

TEST_CASE("wrong classes and targets are named") {
  nn::ConfusionMatrix counts(2);
  CHECK_THROWS_WITH(counts.add(indices({0, 2}), indices({0, 1})),
                    "[confusion_matrix] prediction 2 at 1: expected 0 <= class < 2");
  CHECK_THROWS_WITH(counts.add(indices({0}), indices({-1})),
                    "[confusion_matrix] target -1 at 0: expected 0 <= class < 2");
  CHECK_THROWS_WITH(counts.add(indices({0}), indices({0, 1})), "[confusion_matrix] predicted: expected (2), got (1)");
  CHECK(counts.total() == 0);
  CHECK_THROWS_WITH(nn::roc_auc(Scores{1}, Targets{2}), "[roc_auc] target 2 at 0: expected 0 or 1");
  CHECK_THROWS_WITH(nn::roc_auc(Scores{1}, Targets{0, 1}), "[roc_auc] 1 scores and 2 targets: expected as many");
}
