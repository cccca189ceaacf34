#include "models/memory_task.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <vector>

#include "autograd/tape.hpp"
#include "nn/train/optim.hpp"

using namespace rw;
using Catch::Matchers::Contains;

TEST_CASE("every cell fits the budget, and nearly fills it") {
  for (const std::string& cell : nn::cell_names()) {
    INFO(cell);
    const models::MemoryConfig config{.problem = "copy", .cell = cell};
    Rng rng(1);
    auto own = config;
    own.hidden = models::hidden_for_budget(config, 3000);
    models::MemoryModel model(own, rng);
    CHECK(nn::count_parameters(model) <= 3000);
    CHECK(nn::count_parameters(model) > 2400);
  }
  CHECK_THROWS_WITH(models::hidden_for_budget({}, 3), Contains("3 parameters are too few"));
}

TEST_CASE("a GRU learns to add over a few steps; baselines") {
  Rng rng(2);
  const models::MemoryConfig config{.problem = "adding", .T = 4, .cell = "gru", .hidden = 16, .batch = 32};
  models::MemoryModel model(config, rng);
  models::MemoryTask task(model, config, rng);
  const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = 1e-2});
  for (int step = 0; step < 300; ++step) {
    nn::zero_grad(model);
    Tape tape;
    tape.backward(task.loss());
    optimizer->step();
  }
  CHECK(task.validate() < 0.1 * models::memory_baseline(config));
  CHECK(task.validate() == task.validate());
  CHECK(models::memory_baseline({.problem = "copy", .T = 50}) == Approx(10 * std::log(8.) / 70));
  CHECK_THROWS_WITH(models::MemoryModel({.problem = "sorting"}, rng),
                    Contains("problem 'sorting': expected adding or copy"));
}

TEST_CASE("the last loss of a memory task can be taken back") {
  Rng rng(3);
  const models::MemoryConfig config{.problem = "copy", .T = 5, .cell = "lstm", .hidden = 8, .batch = 4};
  models::MemoryModel model(config, rng);
  models::MemoryTask task(model, config, rng);
  const auto state = task.state();
  const Scalar first = task.loss().item();
  task.redo_last();
  CHECK(task.state() == state);
  CHECK(task.loss().item() == first);
}

namespace {

// delta_t = dL/dh_t, from the last step to the first: delta_{t-1} = W_hh^T (delta_t (1 - h_t^2)), with plain loops.
Array norms_by_hand(const models::MemoryConfig& c, const std::map<std::string, Array>& w, Rng rng) {
  const auto [inputs, targets] = datasets::adding_problem(c.T, c.batch, rng);
  Array norms(Shape{c.T, c.batch});
  for (std::size_t b = 0; b < c.batch; ++b) {
    std::vector<std::vector<double>> h(c.T + 1, std::vector<double>(c.hidden));
    for (std::size_t t = 0; t < c.T; ++t)
      for (std::size_t i = 0; i < c.hidden; ++i) {
        double a = static_cast<double>(w.at("rnn.bias_ih_l0")(i) + w.at("rnn.bias_hh_l0")(i));
        for (std::size_t k = 0; k < 2; ++k) a += static_cast<double>(w.at("rnn.weight_ih_l0")(i, k) * inputs(t, b, k));
        for (std::size_t j = 0; j < c.hidden; ++j) a += static_cast<double>(w.at("rnn.weight_hh_l0")(i, j)) * h[t][j];
        h[t + 1][i] = std::tanh(a);
      }
    double error = static_cast<double>(w.at("decoder.bias")(0) - targets(b, 0));
    for (std::size_t i = 0; i < c.hidden; ++i) error += static_cast<double>(w.at("decoder.weight")(0, i)) * h[c.T][i];
    std::vector<double> delta(c.hidden);
    for (std::size_t i = 0; i < c.hidden; ++i) delta[i] = 2 * error * static_cast<double>(w.at("decoder.weight")(0, i));
    for (std::size_t t = c.T; t > 0; --t) {
      norms(t - 1, b) =
          static_cast<Scalar>(std::sqrt(std::inner_product(delta.begin(), delta.end(), delta.begin(), 0.)));
      std::vector<double> before(c.hidden);
      for (std::size_t j = 0; j < c.hidden; ++j)
        for (std::size_t i = 0; i < c.hidden; ++i)
          before[j] += static_cast<double>(w.at("rnn.weight_hh_l0")(i, j)) * delta[i] * (1 - h[t][i] * h[t][i]);
      delta = before;
    }
  }
  return norms;
}

}  // namespace

TEST_CASE("the gradients of an RNN's states are those worked out by hand") {
  Rng rng(4);
  const models::MemoryConfig config{.problem = "adding", .T = 6, .cell = "rnn", .hidden = 5, .batch = 3};
  models::MemoryModel model(config, rng);
  std::map<std::string, Array> weights;
  for (const auto& [name, p] : nn::named_parameters(model)) weights[name] = p.value();
  const Array expected = norms_by_hand(config, weights, rng);
  const std::vector<Array> norms = model.state_gradient_norms(config.batch, rng);
  REQUIRE(norms.size() == 1);
  REQUIRE(norms[0].shape() == expected.shape());
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(norms[0].data()[i] == Approx(expected.data()[i]).epsilon(sizeof(Scalar) == 8 ? 1e-12 : 1e-4));
  for (const Tensor& p : nn::parameters(model)) CHECK_FALSE(p.grad().defined());
}

TEST_CASE("an LSTM's state has gradients of h and of c; the loss does not read the last c") {
  Rng rng(5);
  const models::MemoryConfig config{.problem = "adding", .T = 4, .cell = "lstm", .hidden = 3, .batch = 2};
  const std::vector<Array> norms = models::MemoryModel(config, rng).state_gradient_norms(2, rng);
  REQUIRE(norms.size() == 2);
  for (std::size_t b = 0; b < 2; ++b) {
    CHECK(norms[1](3, b) == 0);
    for (std::size_t t = 0; t < 3; ++t) CHECK((norms[0](t, b) > 0 && norms[1](t, b) > 0));
  }
}

TEST_CASE("the copy task has gradients at all of its steps, those of the blanks before as well") {
  Rng rng(6);
  const models::MemoryConfig config{.problem = "copy", .T = 2, .cell = "gru", .hidden = 4, .batch = 2};
  const std::vector<Array> norms = models::MemoryModel(config, rng).state_gradient_norms(2, rng);
  REQUIRE(norms[0].shape() == Shape{22, 2});
  for (std::size_t i = 0; i < norms[0].size(); ++i) CHECK(norms[0].data()[i] > 0);
}
