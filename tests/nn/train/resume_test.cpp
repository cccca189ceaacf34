// A run goes on exactly where it was killed or stopped.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nn/train/files.hpp"
#include "regression.hpp"

using namespace regression;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

// What a run leaves behind and must be the same after a resume; times are not.
struct Outcome {
  std::string model, samples;
  NamedArrays weights, last_weights, optimizer, carried;
  std::vector<nlohmann::json> metrics;

  Outcome(Regression& task, const std::string& run)
      : model(read_file(run + "/model.safetensors")), samples(read_file(run + "/samples.jsonl")) {
    CHECK_THAT(samples, Contains("\"text\":"));
    weights = copy_values(task.parameters());
    const Checkpoint last = load_checkpoint(run);
    last_weights = last.at("weights"), optimizer = last.at("optimizer"), carried = last.at("carried");
    std::istringstream lines(read_file(run + "/metrics.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      auto entry = nlohmann::json::parse(line);
      entry.erase("seconds"), entry.erase("items_per_second");
      metrics.push_back(entry);
    }
  }
  bool operator==(const Outcome& o) const {
    return model == o.model && samples == o.samples && same(weights, o.weights) && same(last_weights, o.last_weights) &&
           same(optimizer, o.optimizer) && same(carried, o.carried) && metrics == o.metrics;
  }
};

// Runs f in a process of its own and returns how that ended, as waitpid() has it.
template <class F>
int in_child(F&& f) {
  const pid_t child = fork();
  if (child == 0) {
    try {
      f();
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

Outcome uninterrupted(const std::function<void(TrainerOptions&)>& change = [](TrainerOptions&) {}) {
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  change(options);
  Regression task;
  train(task, options);
  return Outcome(task, options.directory);
}

}  // namespace

TEST_CASE("a run that was killed at any step ends in the same bits", "[trainer][resume]") {
  const Outcome whole = uninterrupted();
  CHECK(whole.metrics.size() == 10);  // steps 3 6 7 9 12 14 15 18 21 24
  for (std::size_t step = 1; step <= total; ++step) {
    INFO("killed at step " << step);
    const TemporaryFolder folder;
    TrainerOptions options = options_in(folder, total);
    const int status = in_child([&] {
      Regression task;
      task.before_loss = [&](std::size_t batch) {
        if (batch == step) raise(SIGKILL);
      };
      train(task, options);
    });
    REQUIRE(WIFSIGNALED(status));
    options.resume = true;
    Regression task;
    const TrainingResult result = train(task, options);
    REQUIRE(result.steps == total);
    REQUIRE(Outcome(task, options.directory) == whole);
  }
}

TEST_CASE("killed twice, and in the middle of a validation", "[trainer][resume]") {
  const Outcome whole = uninterrupted();
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  const int first = in_child([&] {
    Regression task;
    task.validation = [](double loss) {
      raise(SIGKILL);
      return loss;
    };
    train(task, options);
  });
  REQUIRE(WIFSIGNALED(first));
  options.resume = true;
  const int second = in_child([&] {
    Regression task;
    task.before_loss = [](std::size_t batch) {
      if (batch == 20) raise(SIGKILL);
    };
    train(task, options);
  });
  REQUIRE(WIFSIGNALED(second));
  Regression task;
  train(task, options);
  CHECK(Outcome(task, options.directory) == whole);
}

TEST_CASE("Ctrl-C at any step saves, and the run can go on", "[trainer][resume]") {
  const Outcome whole = uninterrupted();
  for (std::size_t step = 1; step <= total; ++step) {
    INFO("interrupted at step " << step);
    const TemporaryFolder folder;
    TrainerOptions options = options_in(folder, total);
    Regression first;
    first.before_loss = [&](std::size_t batch) {
      if (batch == step) raise(batch % 2 == 0 ? SIGINT : SIGTERM);
    };
    const TrainingResult stopped = train(first, options);
    REQUIRE(stopped.interrupted);
    REQUIRE(stopped.steps == step);
    REQUIRE(load_checkpoint(options.directory).step == step);
    options.resume = true;
    Regression task;
    train(task, options);
    REQUIRE((task.batches.empty() || task.batches.front() == step + 1));
    REQUIRE(Outcome(task, options.directory) == whole);
  }
}

TEST_CASE("the second Ctrl-C ends the program", "[trainer]") {
  const TemporaryFolder folder;
  const int status = in_child([&] {
    Regression task;
    task.before_loss = [](std::size_t) { raise(SIGINT), raise(SIGINT); };
    train(task, options_in(folder, total));
  });
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGINT);
}

TEST_CASE("plateau and early stopping are resumed exactly", "[trainer][resume]") {
  auto change = [](TrainerOptions& options) {
    options.schedule = {.name = "plateau", .factor = 0.5, .patience = 1};
    options.validate_every = 2;
    options.patience = 3;
    options.average = 0;
  };
  auto worse = [](double) { return 1.0; };  // the first is the best
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  change(options);
  Regression whole;
  whole.validation = worse;
  const TrainingResult result = train(whole, options);
  CHECK(result.stopped_early);
  CHECK(result.steps == 8);
  CHECK(result.best_step == 2);
  const Outcome expected(whole, options.directory);
  CHECK(expected.metrics.back()["lr"] == Approx(0.05 / 4));

  for (std::size_t step = 1; step <= 8; ++step) {
    const TemporaryFolder other;
    options.directory = other.path("run"), options.resume = false;
    Regression first;
    first.validation = worse;
    first.before_loss = [&](std::size_t batch) {
      if (batch == step) raise(SIGINT);
    };
    train(first, options);
    options.resume = true;
    Regression task;
    task.validation = worse;
    const TrainingResult resumed = train(task, options);
    REQUIRE(resumed.stopped_early);
    REQUIRE(resumed.steps == 8);
    REQUIRE(Outcome(task, options.directory).metrics == expected.metrics);
    REQUIRE(same(copy_values(task.parameters()), expected.weights));
  }
}

TEST_CASE("a finished run that is resumed does nothing more; with more steps it goes on", "[trainer][resume]") {
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  Regression first;
  train(first, options);
  const Outcome whole(first, options.directory);
  options.resume = true;
  Regression again;
  CHECK(train(again, options).steps == total);
  CHECK(again.batches.empty());
  CHECK(Outcome(again, options.directory) == whole);
  options.steps = total + 5;
  Regression longer;
  CHECK(train(longer, options).steps == total + 5);
  CHECK(longer.batches == std::vector<std::size_t>{25, 26, 27, 28, 29});
}

TEST_CASE("resuming what cannot be resumed", "[trainer][resume]") {
  const TemporaryFolder folder;
  TrainerOptions options = options_in(folder, total);
  options.resume = true;
  Regression task;
  CHECK_THAT(message_of([&] { train(task, options); }), Contains("holds no checkpoint: there is nothing to resume"));

  Checkpoint foreign;
  foreign.step = 3;
  foreign.state = "{\"epoch\": 3}";
  save_checkpoint(options.directory, foreign);
  CHECK_THAT(message_of([&] { train(task, options); }),
             Contains("step-000000003/state.json: is from another kind of run"));
  fs::remove_all(options.directory);

  options.resume = false;
  train(task, options);
  options.resume = true, options.steps = 30;
  Regression wider;
  wider.weight = parameter(zeros("test", Shape{2, 4}));
  CHECK_THAT(
      message_of([&] { train(wider, options); }),
      Contains("step-000000024: does not fit this model: [load] wrong shape of 'weight': expected (2, 4), got (2, 3)"));
}
