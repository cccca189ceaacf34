#include "models/input_gradients.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "datasets/batch.hpp"
#include "models/char_rnn.hpp"
#include "models/hidden_for_budget.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t T = 5, B = 3;

// Symbol t B + b stands at (t, b), and nowhere else; only the last step has a target.
datasets::Batch batch_of_distinct_symbols() {
  datasets::Batch batch{IndexArray(Shape{T, B}), IndexArray(Shape{T, B}, datasets::ignored), B};
  for (std::size_t i = 0; i < T * B; ++i) batch.inputs.data()[i] = static_cast<Index>(i);
  for (std::size_t b = 0; b < B; ++b) batch.targets(T - 1, b) = static_cast<Index>(b);
  return batch;
}

const auto loss_of = [](const datasets::Batch& batch) {
  return [&batch](const models::CharRNN& model, const IndexArray& inputs) {
    return model.loss({inputs, batch.targets, batch.count}, model.zero_state(inputs.shape()[1])).outputs;
  };
};

}  // namespace

TEST_CASE("where each symbol stands once, the gradients of inputs are those of the embedding") {
  Rng rng(1);
  models::CharRNN model({.cell = "gru", .vocabulary = T * B, .hidden = 6, .embed = 4}, rng);
  const datasets::Batch batch = batch_of_distinct_symbols();
  const Array norms = models::input_gradient_norms(model, "embedding.weight", batch.inputs, loss_of(batch));
  REQUIRE(norms.shape() == Shape{T, B});
  for (const Tensor& p : nn::parameters(model)) CHECK_FALSE(p.grad().defined());

  Tape tape;
  tape.backward(loss_of(batch)(model, batch.inputs));
  const Array gradient = nn::named_parameters(model)[0].second.grad().value();
  for (std::size_t i = 0; i < T * B; ++i) {
    double squares = 0;
    for (std::size_t d = 0; d < 4; ++d) squares += std::pow(static_cast<double>(gradient(i, d)), 2);
    CHECK(static_cast<double>(norms.data()[i]) == Approx(B * std::sqrt(squares)).epsilon(1e-4));
    CHECK(norms.data()[i] > 0);
  }
}

TEST_CASE("a symbol that stands everywhere has a gradient of its own at each step") {
  Rng rng(2);
  const models::CharRNN model({.cell = "rnn", .vocabulary = 4, .hidden = 6, .embed = 4}, rng);
  datasets::Batch batch{IndexArray(Shape{T, 1}, 1), IndexArray(Shape{T, 1}, datasets::ignored), 1};
  batch.targets(2, 0) = 3;  // what comes later cannot matter
  const Array norms = models::input_gradient_norms(model, "embedding.weight", batch.inputs, loss_of(batch));
  CHECK(norms(0, 0) > 0);
  CHECK(norms(0, 0) != norms(1, 0));
  CHECK(norms(2, 0) > 0);
  CHECK(norms(3, 0) == 0);
  CHECK(norms(4, 0) == 0);
  CHECK_THROWS_WITH(models::input_gradient_norms(model, "embeding", batch.inputs, loss_of(batch)),
                    Contains("the model has no parameter 'embeding'"));
}

TEST_CASE("norms of what vanishes or explodes are not lost in their squares") {
  const Scalar tiny = std::numeric_limits<Scalar>::min() * 4, huge = std::numeric_limits<Scalar>::max() / 4;
  Array rows(Shape{2, 2});
  rows(0, 0) = 3 * tiny, rows(0, 1) = -4 * tiny, rows(1, 0) = huge, rows(1, 1) = 0;
  const Array norms = models::norms_of_rows(rows, {2});
  CHECK(norms(0) == Approx(static_cast<double>(5 * tiny)).margin(0));
  CHECK(norms(1) == Approx(static_cast<double>(huge)));
}

TEST_CASE("distances are counted from each sequence's end, as far as the shortest reaches") {
  Array norms(Shape{3, 2}, 100);
  norms(0, 0) = 1, norms(1, 0) = 2, norms(2, 0) = 3;
  norms(0, 1) = 10, norms(1, 1) = 20;  // then padding
  IndexArray lengths(Shape{2});
  lengths.data()[0] = 3, lengths.data()[1] = 2;
  CHECK(models::mean_by_distance(norms, lengths) == std::vector<double>{11.5, 6});
}

TEST_CASE("the largest model within a budget") {
  const auto square = [](std::size_t hidden) { return 3 * hidden * hidden + 7; };
  CHECK(models::hidden_for_budget(10, square) == 1);
  CHECK(models::hidden_for_budget(18, square) == 1);
  CHECK(models::hidden_for_budget(19, square) == 2);
  CHECK(models::hidden_for_budget(3 * 77 * 77 + 7, square) == 77);
  CHECK(models::hidden_for_budget(3 * 77 * 77 + 6, square) == 76);
  CHECK_THROWS_WITH(models::hidden_for_budget(9, square),
                    "[budget] 9 parameters are too few: one hidden unit takes 10");
}
