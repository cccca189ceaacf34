// A small task for the trainer's tests: linear regression with everything that a resume must bring back: a cursor,
// random batches, dropout, and a state that is carried from batch to batch and enters the loss.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>

#include "autograd/ops.hpp"
#include "nn/train/trainer.hpp"
#include "support.hpp"

namespace regression {

using namespace rw;
using namespace rw::nn;

class Regression : public Task {
 public:
  Tensor weight = parameter(zeros("test", Shape{2, 3})), bias = parameter(zeros("test", Shape{2}));
  std::function<void(std::size_t)> before_loss = [](std::size_t) {};  // gets the number of the batch, from 1
  std::function<double(double)> validation = [](double loss) { return loss; };
  std::vector<std::size_t> batches;  // seen by this process

  NamedParameters parameters() override { return {{"weight", weight}, {"bias", bias}}; }
  void set_training(bool training) override { training_ = training; }

  Tensor loss() override {
    REQUIRE(training_);
    before_.emplace(rng_, cursor_, hidden_);
    batches.push_back(++cursor_);
    before_loss(cursor_);
    const Tensor x = rng_.normal(Shape{8, 3});
    const Tensor y = affine(x, truth_, Tensor());
    const Tensor error = affine(dropout(x, 0.1, rng_), weight, bias) + Scalar(0.1) * hidden_ - y;
    hidden_ = detach(tanh(mean(error, {0})));
    return scale_ * mean(error * error);
  }
  void redo_last() override { std::tie(rng_, cursor_, hidden_) = *before_; }

  std::size_t steps_per_epoch() const override { return 10; }
  std::size_t items() const override { return 8; }
  std::string item_name() const override { return "rows"; }

  double validate() override {
    REQUIRE_FALSE(training_);
    Rng rng(99);
    const Tensor x = rng.normal(Shape{64, 3});
    return validation(static_cast<double>(mse(affine(x, weight, bias), affine(x, truth_, Tensor())).item()));
  }

  std::string sample() override { return std::to_string(bias.value().data()[0]); }

  nlohmann::json state() const override { return {{"rng", rng_.state()}, {"cursor", cursor_}}; }
  void set_state(const nlohmann::json& s) override {
    rng_.set_state(s.at("rng").get<std::string>());
    cursor_ = s.at("cursor").get<std::size_t>();
  }
  NamedArrays carried() const override { return {{"hidden", hidden_.value()}}; }
  void set_carried(const NamedArrays& carried) override { hidden_ = Tensor(carried.at(0).second); }

  void set_scale(Scalar scale) { scale_ = Tensor(scale); }

 private:
  Rng rng_{5};
  std::size_t cursor_ = 0;
  Tensor hidden_ = zeros("test", Shape{2});
  std::optional<std::tuple<Rng, std::size_t, Tensor>> before_;
  Tensor truth_ = array_of({2, 3}, -0.4), scale_ = Scalar(1);
  bool training_ = true;
};
constexpr std::size_t total = 24;

inline TrainerOptions options_in(const TemporaryFolder& folder, std::size_t steps) {
  TrainerOptions options;
  options.directory = folder.path("run");
  options.steps = steps;
  options.validate_every = 7;
  options.checkpoint_every = 4;
  options.log_every = 3;
  options.clip = 0.5;
  options.average = 0.9;
  options.schedule = {.name = "cosine", .warmup = 0.1};
  options.quiet = true;
  return options;
}

inline TrainingResult train(Regression& task, const TrainerOptions& options, double lr = 0.05) {
  const auto optimizer = make_optimizer("adam", task.parameters(), {.lr = lr});
  return Trainer(task, *optimizer, options).run();
}

}  // namespace regression
