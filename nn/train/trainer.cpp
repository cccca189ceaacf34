#include "nn/train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"
#include "nn/train/interrupt.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

double seconds_between(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

// NaN fails every comparison, so it is rejected as well.
void check_number(const char* role, double value, bool good, const char* expected) {
  if (!good) fail("train", fmt::format("{}: expected {}, got {:g}", role, expected, value));
}

void check(const TrainerOptions& options, double rate) {
  if (options.directory.empty()) fail("train", "directory: expected a path, got nothing");
  check_number("learning rate", rate, rate > 0 && std::isfinite(rate), "a positive number");
  check_number("epochs", options.epochs, options.epochs >= 0 && std::isfinite(options.epochs), "a positive number");
  check_number("minutes", options.minutes, options.minutes >= 0 && std::isfinite(options.minutes), "a positive number");
  check_number("clip", options.clip, options.clip >= 0, "a norm, or 0 for none");
  check_number("average", options.average, options.average >= 0 && options.average < 1, "a decay in [0, 1)");
  if ((options.epochs > 0) + (options.minutes > 0) + (options.steps > 0) != 1)
    fail("train", "length of the run: expected one of epochs, minutes and steps");
}

}  // namespace

Trainer::Trainer(Task& task, Optimizer& optimizer, TrainerOptions options)
    : task_(task),
      optimizer_(optimizer),
      options_(std::move(options)),
      base_rate_(optimizer.lr),
      named_(task.parameters()),
      schedule_(options_.schedule) {
  check(options_, base_rate_);
  options_.log_every = std::max<std::size_t>(options_.log_every, 1);
  const std::size_t epoch = task_.steps_per_epoch();
  if (epoch == 0) fail("train", "the training data gives no batch");
  total_ = options_.steps;
  if (options_.epochs > 0)
    total_ =
        std::max<std::size_t>(static_cast<std::size_t>(std::llround(options_.epochs * static_cast<double>(epoch))), 1);
  if (total_ > 0 && options_.validate_every == 0)
    options_.validate_every = std::max<std::size_t>(std::min(epoch, total_ / 10), 1);
  for (auto& [name, p] : named_) parameters_.push_back(p);
  if (options_.average > 0)
    for (auto& [name, p] : named_) average_.emplace_back(name, Array(p.value()));
}

TrainingResult Trainer::run() {
  Interrupt interrupt;
  begin();
  while (!Interrupt::requested()) {
    const bool last = finished();
    if (validation_due(last)) {
      validate();
      log(true);
    } else if (state_.step % options_.log_every == 0 && state_.logged != state_.step) {
      log(false);
    }
    if (checkpoint_due()) save();
    if (last || stopped_early()) return finish(false);
    train_step();
    progress_->update(fraction(), rate(), state_.loss);
  }
  if (saved_step_ != state_.step) save();
  return finish(true);
}

// One step of training. The tape ends before the weights change.
void Trainer::train_step() {
  const auto start = Clock::now();
  const double done = total_ > 0 ? (static_cast<double>(state_.step) + 0.5) / static_cast<double>(total_)
                                 : seconds() / std::max(limit() - state_.validation_seconds, 1e-9);
  optimizer_.lr = base_rate_ * schedule_.rate(done);
  double loss = nan, norm = nan;
  {
    Tape tape;
    const Tensor output = task_.loss();
    loss = static_cast<double>(output.item());
    if (std::isfinite(loss)) tape.backward(output);
  }
  if (std::isfinite(loss))
    norm = clip_grad_norm(parameters_, options_.clip > 0 ? options_.clip : std::numeric_limits<double>::infinity());
  if (!std::isfinite(norm)) explain(loss, norm);
  optimizer_.step();
  for (Tensor& p : parameters_) p.zero_grad();
  ++state_.step;
  if (options_.average > 0) update_average();
  state_.loss = loss, state_.gradient_norm = norm, state_.learning_rate = optimizer_.lr;
  state_.loss_sum += loss;
  state_.items += static_cast<double>(task_.items());
  state_.training_seconds += seconds_between(start, Clock::now());
}

// The step that went wrong once more, slowly: which operation was the first?
void Trainer::explain(double loss, double norm) {
  std::string origin;
  for (Tensor& p : parameters_) p.zero_grad();
  task_.redo_last();
  try {
    AnomalyMode anomaly;
    Tape tape;
    tape.backward(task_.loss());
  } catch (const Error& error) {
    origin = fmt::format(" ({})", error.what());
  }
  const bool forward = !std::isfinite(loss);
  const double value = forward ? loss : norm;
  const std::string clip = options_.clip > 0 ? fmt::format("--clip (now {:g})", options_.clip) : "set --clip (now off)";
  throw Diverged(fmt::format(
      "[train] step {}: the {} is {}{}; lower --lr (now {:g}) or {}; the weights are those of step {}, "
      "the last checkpoint is that of step {}",
      state_.step + 1, forward ? "loss" : "norm of the gradient",
      std::isnan(value) ? "NaN" : fmt::format("{:g}", value), origin, base_rate_, clip, state_.step, saved_step_));
}

// a <- d a + (1 - d) w; d is smaller in the first steps, so that the start is forgotten.
void Trainer::update_average() {
  const auto n = static_cast<double>(state_.step);
  const auto rest = static_cast<Scalar>(1 - std::min(options_.average, (1 + n) / (10 + n)));
  for (std::size_t k = 0; k < parameters_.size(); ++k) {
    const Scalar* w = parameters_[k].value().data();
    Scalar* a = average_[k].second.mutate().data();
    for (std::size_t i = 0; i < parameters_[k].size(); ++i) a[i] += rest * (w[i] - a[i]);
  }
}

void Trainer::swap_average() {
  for (std::size_t k = 0; k < average_.size(); ++k) {
    Array& average = average_[k].second.mutate();
    std::swap_ranges(average.data(), average.data() + average.size(), parameters_[k].mutate().data());
  }
}

void Trainer::validate() {
  const auto start = Clock::now();
  swap_average();
  task_.set_training(false);
  const double loss = task_.validate();
  const bool best = std::isnan(state_.best) || loss < state_.best;
  if (best) keep_best(loss);
  state_.since_best = best ? 0 : state_.since_best + 1;
  state_.last_validation = loss;
  schedule_.observe(loss);
  progress_->print(fmt::format("step {}  epoch {:.2f}  loss {:.4g}  validation {:.4g}{}  {:.0f} {}/s  {}", state_.step,
                               epoch(), state_.loss, loss, best ? " (best)" : "", rate(), task_.item_name(),
                               format_duration(seconds())));
  const std::string sample = task_.sample();
  task_.set_training(true);
  swap_average();
  if (!sample.empty()) {
    progress_->print(sample);
    samples_->append(state_.step, sample);
  }
  state_.validated = state_.step;
  state_.validated_at = seconds();
  state_.validation_seconds = seconds_between(start, Clock::now());
}

void Trainer::keep_best(double loss) {
  try {
    save_safetensors(path("model.safetensors"), copy_values(named_),
                     {{"step", std::to_string(state_.step)}, {"validation_loss", fmt::format("{}", loss)}});
  } catch (const Error& error) {
    throw Error(std::string(error.what()) + "; the best model before and the last checkpoint are untouched");
  }
  state_.best = loss, state_.best_step = state_.step;
}

void Trainer::log(bool validated) {
  Metrics line;
  line.step = state_.step, line.epoch = epoch();
  line.loss = state_.loss_sum / static_cast<double>(std::max<std::size_t>(state_.step - state_.logged, 1));
  if (validated) line.validation_loss = state_.last_validation;
  line.learning_rate = state_.learning_rate, line.gradient_norm = state_.gradient_norm;
  line.items_per_second = rate(), line.seconds = seconds();
  metrics_->append(line);
  state_.logged = state_.step, state_.loss_sum = 0;
}

double Trainer::seconds() const { return seconds_between(began_, Clock::now()); }

double Trainer::fraction() const {
  return total_ > 0 ? static_cast<double>(state_.step) / static_cast<double>(total_) : seconds() / limit();
}

double Trainer::epoch() const {
  return static_cast<double>(state_.step) / static_cast<double>(task_.steps_per_epoch());
}

double Trainer::rate() const { return state_.training_seconds > 0 ? state_.items / state_.training_seconds : 0; }

// A run limited by time stops as much earlier as the last validation will take.
bool Trainer::finished() const {
  if (total_ > 0) return state_.step >= total_ || stopped_early();
  return (state_.step > 0 && seconds() + state_.validation_seconds >= limit()) || stopped_early();
}

bool Trainer::stopped_early() const { return options_.patience > 0 && state_.since_best >= options_.patience; }

// By time: ten times a run, unless that would spend more than a twentieth of it.
bool Trainer::validation_due(bool last) const {
  if (state_.step == state_.validated) return false;
  if (last) return true;
  if (options_.validate_every > 0) return state_.step % options_.validate_every == 0;
  return seconds() - state_.validated_at >= std::max(limit() / 10, 20 * state_.validation_seconds);
}

bool Trainer::checkpoint_due() const {
  if (state_.step == saved_step_) return false;
  if (state_.validated == state_.step) return true;
  if (options_.checkpoint_every > 0) return state_.step % options_.checkpoint_every == 0;
  return seconds_between(saved_, Clock::now()) >= 30;
}

TrainingResult Trainer::finish(bool interrupted) {
  if (interrupted)
    progress_->print(fmt::format("stopped at step {}, which is saved; --resume goes on from there", state_.step));
  else
    load_into(named_, load_safetensors(path("model.safetensors")).arrays);
  TrainingResult result;
  result.best_loss = state_.best, result.last_loss = state_.last_validation, result.training_loss = state_.loss;
  result.best_step = state_.best_step, result.steps = state_.step;
  result.epochs = epoch(), result.seconds = seconds(), result.items_per_second = rate();
  result.interrupted = interrupted, result.stopped_early = !interrupted && stopped_early();
  progress_->clear();
  return result;
}

}  // namespace rw::inline REWIND_ABI::nn
