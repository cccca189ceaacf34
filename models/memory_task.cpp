#include "models/memory_task.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "models/hidden_for_budget.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

bool is_copy(const MemoryConfig& c) {
  if (c.problem != "adding" && c.problem != "copy")
    fail("memory_task", fmt::format("problem '{}': expected adding or copy", c.problem));
  return c.problem == "copy";
}

}  // namespace

MemoryModel::MemoryModel(const MemoryConfig& config, Rng& rng)
    : config_(config),
      rnn_(config.cell, is_copy(config) ? datasets::copy_kinds : 2, config.hidden, 1, 0, rng),
      decoder_(config.hidden, is_copy(config) ? datasets::copy_kinds : 1, rng) {}

Tensor MemoryModel::loss(std::size_t B, Rng& rng) const {
  if (is_copy(config_)) {
    const datasets::Batch batch = datasets::copy_memory(config_.T, B, rng);
    const Tensor x = one_hot(batch.inputs, datasets::copy_kinds);
    return cross_entropy(decoder_(rnn_(x, rnn_.zero_state(B)).outputs), batch.targets);
  }
  const datasets::Adding batch = datasets::adding_problem(config_.T, B, rng);
  return mse(decoder_(select(rnn_(batch.inputs, rnn_.zero_state(B)).outputs, 0, -1)), batch.targets);
}

double memory_baseline(const MemoryConfig& config) {
  return is_copy(config) ? 10 * std::log(8) / (static_cast<double>(config.T) + 20) : 1. / 6;
}

std::size_t hidden_for_budget(MemoryConfig config, std::size_t parameters) {
  return hidden_for_budget(parameters, [&](std::size_t hidden) {
    Rng rng(0);
    config.hidden = hidden;
    MemoryModel model(config, rng);
    return nn::count_parameters(model);
  });
}

MemoryTask::MemoryTask(MemoryModel& model, const MemoryConfig& config, Rng& rng)
    : model_(model), config_(config), rng_(rng), before_(rng) {}

Tensor MemoryTask::loss() {
  before_ = rng_;
  return model_.loss(config_.batch, rng_);
}

double MemoryTask::validate() {
  const Pause pause;
  Rng fixed(12345);
  return static_cast<double>(model_.loss(512, fixed).item());
}

nlohmann::json MemoryTask::state() const { return {{"rng", rng_.state()}}; }
void MemoryTask::set_state(const nlohmann::json& state) { rng_.set_state(state.at("rng").get<std::string>()); }

}  // namespace rw::inline REWIND_ABI::models
