// How a run begins, is saved and goes on: the part of the trainer that makes resuming exact.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "autograd/precision.hpp"
#include "autograd/workers.hpp"
#include "nn/train/files.hpp"
#include "nn/train/trainer.hpp"

namespace rw::inline REWIND_ABI::nn {

using nlohmann::json;

namespace {

const char* const scalar_name = sizeof(Scalar) == 4 ? "f32" : "f64";

// JSON has no NaN: it is null.
template <class T>
json to_json(const T& value) {
  if constexpr (std::is_floating_point_v<T>) return std::isfinite(value) ? json(value) : json();
  return json(value);
}
template <class T>
void from_json(const json& packed, T& value) {
  if (std::is_floating_point_v<T> && packed.is_null())
    value = std::numeric_limits<T>::quiet_NaN();
  else
    value = packed.get<T>();
}

}  // namespace

template <class Self, class F>
void Trainer::State::visit(Self& s, F&& f) {
  f("step", s.step), f("validated", s.validated), f("logged", s.logged);
  f("best_step", s.best_step), f("since_best", s.since_best);
  f("best", s.best), f("last_validation", s.last_validation);
  f("seconds", s.seconds), f("validated_at", s.validated_at), f("validation_seconds", s.validation_seconds);
  f("training_seconds", s.training_seconds), f("items", s.items);
  f("loss", s.loss), f("gradient_norm", s.gradient_norm), f("learning_rate", s.learning_rate);
  f("loss_sum", s.loss_sum);
}

json Trainer::pack() const {
  json packed;
  State::visit(state_, [&](const char* name, const auto& value) { packed[name] = to_json(value); });
  packed["epoch"] = epoch();
  packed["scalar"] = scalar_name;
  packed["threads"] = threads();
  packed["precision"] = name_of(matmul_precision());
  const Schedule::State& s = schedule_.state();
  packed["schedule"] = {{"rate", s.rate}, {"best", to_json(s.best)}, {"seen", s.seen}, {"bad", s.bad}};
  packed["task"] = task_.state();
  return packed;
}

void Trainer::unpack(const json& packed) {
  if (packed.at("scalar") != scalar_name)
    fail("checkpoint", fmt::format("written by the {} build, this is {}: an exact resume needs the same build",
                                   packed.at("scalar").dump(), scalar_name));
  State::visit(state_, [&](const char* name, auto& value) { from_json(packed.at(name), value); });
  threads_before_ = packed.value("threads", threads());
  precision_before_ = packed.value("precision", name_of(Precision::full));
  Schedule::State s;
  const json& schedule = packed.at("schedule");
  from_json(schedule.at("rate"), s.rate), from_json(schedule.at("best"), s.best);
  from_json(schedule.at("seen"), s.seen), from_json(schedule.at("bad"), s.bad);
  schedule_.set_state(s);
  task_.set_state(packed.at("task"));
}

void Trainer::begin() {
  if (options_.resume) {
    resume();
  } else {
    if (const auto old = list_checkpoints(options_.directory); !old.empty())
      fail("train", fmt::format("{} holds a run already ({}): go on with it by --resume, or choose another --out",
                                options_.directory, old.back()));
    make_directories(options_.directory);
    began_ = Clock::now();
  }
  remove_leftovers(options_.directory);
  metrics_ = std::make_unique<StepsFile>(path("metrics.jsonl"), state_.logged);
  samples_ = std::make_unique<StepsFile>(path("samples.jsonl"), state_.validated);
  progress_ = std::make_unique<Progress>(task_.item_name(), options_.quiet, fraction());
  if (threads_before_.value_or(threads()) != threads())
    progress_->print(fmt::format("the run had {} threads and goes on with {}: as well, but not in the same bits",
                                 *threads_before_, threads()));
  if (const char* now = name_of(matmul_precision()); precision_before_.value_or(now) != now)
    progress_->print(fmt::format("the run multiplied in {} and goes on in {}: as well, but not in the same bits",
                                 *precision_before_, now));
  task_.set_training(true);
  if (!options_.resume) save();  // a directory that cannot be written is found out now, not after an hour
}

void Trainer::resume() {
  const Checkpoint from = load_checkpoint(options_.directory);
  try {
    unpack(json::parse(from.state));
    load_into(named_, from.at("weights"));
    optimizer_.set_state(from.at("optimizer"));
    task_.set_carried(from.at("carried"));
    if (options_.average > 0) load_into(average_, from.at("average"));
  } catch (const json::exception& error) {
    fail("checkpoint", fmt::format("{}/state.json: is from another kind of run: {}", from.path, error.what()));
  } catch (const Error& error) {
    fail("checkpoint", fmt::format("{}: does not fit this model: {}", from.path, error.what()));
  }
  saved_step_ = state_.step, saved_ = Clock::now();
  began_ = saved_ - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(state_.seconds));
}

void Trainer::save() {
  state_.seconds = seconds();
  Checkpoint checkpoint;
  checkpoint.step = state_.step;
  checkpoint.arrays = {
      {"weights", copy_values(named_)}, {"optimizer", optimizer_.state()}, {"carried", task_.carried()}};
  if (options_.average > 0) checkpoint.arrays["average"] = copy_values(average_);
  checkpoint.state = pack().dump(1);
  save_checkpoint(options_.directory, checkpoint);
  saved_step_ = state_.step, saved_ = Clock::now();
}

}  // namespace rw::inline REWIND_ABI::nn
