#include "models/recall_task.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/train/optim.hpp"

using namespace rw;
using Catch::Matchers::Contains;

TEST_CASE("recall: every model fits the budget, and nearly fills it") {
  for (const std::string& name : models::recall_models()) {
    INFO(name);
    models::RecallConfig config{.model = name, .T = 3};
    config.width = models::width_for_budget(config, 12000);
    Rng rng(1);
    models::RecallModel model(config, rng);
    CHECK(config.width % models::recall_heads == 0);
    CHECK(nn::count_parameters(model) <= 12000);
    CHECK(nn::count_parameters(model) > 9000);
  }
  CHECK_THROWS_WITH(models::width_for_budget({}, 3), Contains("3 parameters are too few"));
}

TEST_CASE("recall: no output sees a later input") {
  for (const char* name : {"gru", "gru_attention", "transformer"}) {
    INFO(name);
    Rng rng(2);
    const models::RecallModel model({.model = name, .T = 4, .width = 8, .batch = 2}, rng);
    IndexArray inputs = model.draw(2, rng).inputs;
    const Array before = model.logits(inputs).value();
    for (std::size_t t = 5; t < 9; ++t) inputs(t, 0) = 3;
    const Array after = model.logits(inputs).value();
    REQUIRE(after.shape() == Shape{9, 2, 8});
    double earlier = 0, later = 0;
    for (std::size_t t = 0; t < 9; ++t)
      for (std::size_t k = 0; k < 8; ++k) {
        double& sum = t < 5 ? earlier : later;
        sum += std::abs(static_cast<double>(after(t, 0, k) - before(t, 0, k)));
      }
    CHECK(earlier == 0);
    CHECK(later > 1e-3);
  }
}

TEST_CASE("recall: a state alone does not see what attention finds") {
  // The attention's part of the outputs, behind the states.
  Rng rng(3);
  const std::size_t T = 5, B = 2, H = 4;
  const models::AttentiveRecurrent layer{nn::AnyStacked("gru", H, H, 1, 0, rng), nn::GeneralAttention(H, H, H, rng)};
  const Tensor x = rng.normal({T, B, H});
  const Array y = layer(x).value(), h = layer.rnn(x).value(), w = layer.attention.weight.value();
  REQUIRE(y.shape() == Shape{T, B, 2 * H});
  for (std::size_t b = 0; b < B; ++b)
    for (std::size_t t = 0; t < T; ++t) {
      std::vector<double> weights(t + 1), found(H);
      double total = 0;
      for (std::size_t s = 0; s <= t; ++s) {
        double score = 0;
        for (std::size_t i = 0; i < H; ++i)
          for (std::size_t j = 0; j < H; ++j) score += static_cast<double>(h(t, b, i) * w(i, j) * h(s, b, j));
        total += weights[s] = std::exp(score);
      }
      for (std::size_t s = 0; s <= t; ++s)
        for (std::size_t i = 0; i < H; ++i) found[i] += weights[s] / total * static_cast<double>(h(s, b, i));
      for (std::size_t i = 0; i < H; ++i) {
        CHECK(y(t, b, i) == h(t, b, i));
        CHECK(y(t, b, H + i) == Approx(found[i]).epsilon(sizeof(Scalar) == 8 ? 1e-12 : 1e-4).margin(1e-6));
      }
    }
}

TEST_CASE("recall: attention learns reversal; the score of who guesses") {
  Rng rng(4);
  const models::RecallConfig config{.model = "gru_attention", .T = 6, .width = 16, .batch = 16};
  models::RecallModel model(config, rng);
  models::RecallTask task(model, config, rng);
  CHECK(model.measure(4, rng).loss == Approx(std::log(8.)).epsilon(0.2));
  CHECK(model.measure(4, rng).accuracy == Approx(1. / 8).margin(0.08));
  const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = 1e-2});
  for (int step = 0; step < 300; ++step) {
    nn::zero_grad(model);
    Tape tape;
    tape.backward(task.loss());
    optimizer->step();
  }
  CHECK(model.measure(4, rng).accuracy > 0.95);
  CHECK(task.validate() < 0.3);
  CHECK(task.validate() == task.validate());
}

TEST_CASE("recall: the last loss can be taken back; wrong names") {
  Rng rng(5);
  const models::RecallConfig config{.problem = "copy", .model = "transformer", .T = 4, .width = 8, .batch = 4};
  models::RecallModel model(config, rng);
  models::RecallTask task(model, config, rng);
  const auto state = task.state();
  const Scalar first = task.loss().item();
  task.redo_last();
  CHECK(task.state() == state);
  CHECK(task.loss().item() == first);
  CHECK_THROWS_WITH(models::RecallModel({.problem = "sorting"}, rng),
                    Contains("[recall] problem 'sorting': expected copy or reversal"));
  CHECK_THROWS_WITH(models::RecallModel({.model = "gru_atention"}, rng),
                    Contains("[recall] model 'gru_atention': expected one of rnn, "));
}
