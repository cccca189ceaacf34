// The trainer: forward, backward, clip, update, over and over; it validates, keeps the best weights, writes
// metrics and checkpoints, stops early or at Ctrl-C, and resumes. There is one, for every model.
//
//   auto optimizer = make_optimizer("adam", task.parameters(), {.lr = 4e-3});
//   Trainer trainer(task, *optimizer, {.directory = "run", .epochs = 5});
//   TrainingResult result = trainer.run();
//
// A run limited by epochs or steps is exact: killed at any moment and resumed with as many threads and the same
// precision of products, it ends in
// the same bits. One limited by time goes on where its clock stood.
#pragma once

#include <chrono>
#include <limits>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "autograd/check.hpp"
#include "nn/train/checkpoint.hpp"
#include "nn/train/metrics.hpp"
#include "nn/train/optim.hpp"
#include "nn/train/progress.hpp"
#include "nn/train/schedule.hpp"
#include "nn/train/task.hpp"

namespace rw::inline REWIND_ABI::nn {

struct TrainerOptions {
  std::string directory = {};  // gets model.safetensors (the best weights), metrics.jsonl, samples.jsonl, checkpoints/
  // How long: exactly one of these.
  double epochs = 0;
  double minutes = 0;  // wall time, validations included
  std::size_t steps = 0;

  ScheduleOptions schedule = {};     // of optimizer.lr
  double clip = 0;                   // the gradient's largest global norm; 0: any
  std::size_t validate_every = 0;    // steps; 0: ten times a run, and at least once an epoch
  std::size_t patience = 0;          // validations without a new best until it stops; 0: it does not
  std::size_t checkpoint_every = 0;  // steps; 0: 30 seconds. And after each validation
  std::size_t log_every = 100;       // steps between the lines of metrics.jsonl
  double average = 0;                // decay of the weights' moving average, which is then validated and kept
  bool resume = false;               // from the newest checkpoint in `directory`
  bool quiet = false;                // nothing on stderr
};

struct TrainingResult {
  double best_loss = 0, last_loss = 0;  // of validations
  double training_loss = 0;             // of the last step
  std::size_t best_step = 0, steps = 0;
  double epochs = 0, seconds = 0;  // seconds: all of the run, before it was resumed as well
  double items_per_second = 0;     // of training, validations left out
  bool interrupted = false, stopped_early = false;
};

// The loss or a gradient turned NaN or infinite: step, operation, advice.
struct Diverged : Error {
  using Error::Error;
};

class Trainer {
 public:
  // Throws for options that make no sense.
  Trainer(Task& task, Optimizer& optimizer, TrainerOptions options);

  // Trains to the end, or until Ctrl-C or SIGTERM: then a checkpoint is saved and result.interrupted is true.
  // At the end the model holds the best weights. Throws Diverged, and Error if a file cannot be written, if there is
  // nothing to resume, or if there is a run in the directory and `resume` is not set.
  TrainingResult run();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

  // What a checkpoint holds of the trainer itself.
  struct State {
    std::size_t step = 0, validated = 0, logged = 0;  // steps done; at the last validation; at the last metrics line
    std::size_t best_step = 0, since_best = 0;        // since_best: validations
    double best = nan, last_validation = nan;
    double seconds = 0, validated_at = 0;                   // run time; at the last validation
    double validation_seconds = 0;                          // of the last validation
    double training_seconds = 0, items = 0;                 // for the rate
    double loss = 0, gradient_norm = 0, learning_rate = 0;  // of the last step
    double loss_sum = 0;                                    // since the last metrics line

    template <class Self, class F>
    static void visit(Self& s, F&& f);
  };

  void begin();
  void resume();
  void save();
  nlohmann::json pack() const;
  void unpack(const nlohmann::json& packed);

  void train_step();
  [[noreturn]] void explain(double loss, double norm);
  void update_average();
  void swap_average();
  void validate();
  void keep_best(double loss);
  void log(bool validated);

  double seconds() const;
  double fraction() const;
  double limit() const { return options_.minutes * 60; }
  bool finished() const;
  bool stopped_early() const;
  bool validation_due(bool last) const;
  bool checkpoint_due() const;
  double epoch() const;
  double rate() const;
  TrainingResult finish(bool interrupted);
  std::string path(const char* file) const { return options_.directory + "/" + file; }

  Task& task_;
  Optimizer& optimizer_;
  TrainerOptions options_;
  double base_rate_;
  std::size_t total_ = 0;  // steps; 0: limited by time
  NamedParameters named_;
  Tensors parameters_;
  Schedule schedule_;
  NamedParameters average_;  // of the weights, under their names
  State state_;
  Clock::time_point began_, saved_;  // the clock when state_.seconds was 0; when the last checkpoint was written
  std::size_t saved_step_ = 0;
  std::optional<int> threads_before_;            // of the run that is resumed
  std::optional<std::string> precision_before_;  // of its products
  std::unique_ptr<StepsFile> metrics_, samples_;
  std::unique_ptr<Progress> progress_;
};

}  // namespace rw::inline REWIND_ABI::nn
