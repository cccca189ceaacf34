// The trainer: it learns, it stops when it should and says why.
#include "nn/train/trainer.hpp"

#include <signal.h>

#include <cmath>

#include "regression.hpp"

using namespace regression;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

TEST_CASE("training finds the line", "[trainer]") {
  const TemporaryFolder folder;
  TrainerOptions options;
  options.directory = folder.path("run");
  options.epochs = 30;
  options.quiet = true;
  options.schedule = {.name = "cosine"};
  Regression task;
  const TrainingResult result = train(task, options);
  CHECK(result.steps == 300);
  CHECK(result.epochs == Approx(30));
  CHECK(result.best_loss < 0.02);
  CHECK(result.best_step <= 300);
  CHECK(result.items_per_second > 0);
  CHECK_FALSE(result.interrupted);
  CHECK_FALSE(result.stopped_early);
  CHECK(same(load_safetensors(options.directory + "/model.safetensors").arrays, copy_values(task.parameters())));
  task.set_training(false);
  CHECK(task.validate() == Approx(result.best_loss));
}

TEST_CASE("fractional epochs", "[trainer]") {
  const TemporaryFolder folder;
  TrainerOptions options;
  options.directory = folder.path("run"), options.quiet = true;
  options.epochs = 0.5;
  Regression task;
  CHECK(train(task, options).steps == 5);
}

TEST_CASE("the best weights are kept, not the last", "[trainer]") {
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  options.average = 0;
  Regression task;
  std::vector<NamedArrays> validated;
  task.validation = [&](double) {
    validated.push_back(copy_values(task.parameters()));
    return validated.size() == 2 ? 0.5 : 1.0;
  };
  const TrainingResult result = train(task, options);
  CHECK(result.best_loss == 0.5);
  CHECK(result.last_loss == 1.0);
  CHECK(result.best_step == 14);
  CHECK(same(copy_values(task.parameters()), validated.at(1)));
}

TEST_CASE("a run limited by time goes on where its clock stood", "[trainer]") {
  const TemporaryFolder folder;
  TrainerOptions options;
  options.directory = folder.path("run"), options.quiet = true;
  options.minutes = 60;
  Regression first;
  first.before_loss = [](std::size_t batch) {
    if (batch == 5) raise(SIGINT);
  };
  const TrainingResult stopped = train(first, options);
  CHECK(stopped.interrupted);
  CHECK(stopped.seconds > 0);
  options.resume = true;
  options.minutes = (stopped.seconds + 1) / 60;
  Regression task;
  const TrainingResult result = train(task, options);
  CHECK_FALSE(result.interrupted);
  CHECK(result.seconds > stopped.seconds);
  CHECK(result.steps > 5);
  CHECK(task.batches.at(0) == 6);
  CHECK(result.best_step > 0);
}

TEST_CASE("a loss that turns NaN stops with step, operation and advice", "[trainer][nan]") {
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  options.clip = 0, options.average = 0;
  Regression task;
  NamedArrays before;
  task.before_loss = [&](std::size_t batch) {
    if (batch == 10) {
      before = copy_values(task.parameters());
      task.set_scale(std::numeric_limits<Scalar>::infinity());
    }
  };
  const std::string message = message_of([&] { train(task, options); });
  CHECK_THAT(message, Contains("[train] step 10: the loss is inf ([mul] ") &&
                          EndsWith("; lower --lr (now 0.05) or set --clip (now off); the weights are those of step 9, "
                                   "the last checkpoint is that of step 8"));
  CHECK(same(copy_values(task.parameters()), before));
  CHECK(load_checkpoint(options.directory).step == 8);
  CHECK(task.batches == std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10});  // the step is repeated
}

TEST_CASE("a gradient that turns NaN stops as well", "[trainer][nan]") {
  struct Root : Regression {  // sqrt(0) has a finite value and an infinite derivative
    Tensor loss() override { return Regression::loss() + mean(sqrt(weight * Scalar(0))); }
  };
  const TemporaryFolder folder;
  Root task;
  const std::string message = message_of([&] { train(task, options_in(folder, total)); });
  CHECK_THAT(message, Contains("[train] step 1: the norm of the gradient is ") && Contains(" ([") && Contains("sqrt") &&
                          Contains("--clip (now 0.5); the weights are those of step 0"));
}

TEST_CASE("a validation loss of NaN is never the best", "[trainer][nan]") {
  const TemporaryFolder folder;
  Regression task;
  std::size_t n = 0;
  task.validation = [&](double) { return ++n == 2 ? 3.0 : std::nan(""); };
  const TrainingResult result = train(task, options_in(folder, total));
  CHECK(result.best_loss == 3);
  CHECK(result.best_step == 14);
}

TEST_CASE("a directory that holds a run is not overwritten", "[trainer]") {
  const TemporaryFolder folder;
  const TrainerOptions options = options_in(folder, total);
  Regression first;
  train(first, options);
  Regression second;
  CHECK(message_of([&] { train(second, options); }) ==
        "[train] " + options.directory + " holds a run already (" + options.directory +
            "/checkpoints/step-000000024): go on with it by --resume, or choose another --out");
}

TEST_CASE("options that make no sense", "[trainer]") {
  const TemporaryFolder folder;
  Regression task;
  auto message = [&](double lr, const std::function<void(TrainerOptions&)>& change) {
    TrainerOptions options = options_in(folder, total);
    change(options);
    const auto optimizer = make_optimizer("adam", task.parameters(), {});
    optimizer->lr = lr;
    return message_of([&] { Trainer(task, *optimizer, options); });
  };
  auto none = [](TrainerOptions&) {};
  CHECK(message(-0.1, none) == "[train] learning rate: expected a positive number, got -0.1");
  CHECK(message(std::nan(""), none) == "[train] learning rate: expected a positive number, got nan");
  CHECK(message(0.1, [](auto& o) { o.epochs = 2; }) ==
        "[train] length of the run: expected one of epochs, minutes and steps");
  CHECK(message(0.1, [](auto& o) { o.steps = 0; }) ==
        "[train] length of the run: expected one of epochs, minutes and steps");
  CHECK(message(0.1, [](auto& o) { o.minutes = -1; }) == "[train] minutes: expected a positive number, got -1");
  CHECK(message(0.1, [](auto& o) { o.clip = std::nan(""); }) ==
        "[train] clip: expected a norm, or 0 for none, got nan");
  CHECK(message(0.1, [](auto& o) { o.average = 1; }) == "[train] average: expected a decay in [0, 1), got 1");
  CHECK(message(0.1, [](auto& o) { o.directory = ""; }) == "[train] directory: expected a path, got nothing");
}
