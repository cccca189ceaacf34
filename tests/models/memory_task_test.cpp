#include "models/memory_task.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

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
