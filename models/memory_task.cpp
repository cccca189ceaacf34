#include "models/memory_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "models/hidden_for_budget.hpp"
#include "models/input_gradients.hpp"

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

MemoryModel::Problem MemoryModel::draw(std::size_t B, Rng& rng) const {
  if (is_copy(config_)) {
    datasets::Batch batch = datasets::copy_memory(config_.T, B, rng);
    return {one_hot(batch.inputs, datasets::copy_kinds), [this, targets = std::move(batch.targets)](const Tensor& y) {
              return cross_entropy(decoder_(y), targets);
            }};
  }
  datasets::Adding batch = datasets::adding_problem(config_.T, B, rng);
  return {std::move(batch.inputs), [this, targets = std::move(batch.targets)](const Tensor& y) {
            return mse(decoder_(select(y, 0, -1)), targets);
          }};
}

Tensor MemoryModel::loss(std::size_t B, Rng& rng) const {
  const Problem problem = draw(B, rng);
  return problem.loss(rnn_(problem.inputs, rnn_.zero_state(B)).outputs);
}

std::vector<Array> MemoryModel::state_gradient_norms(std::size_t B, Rng& rng) const {
  const Problem problem = draw(B, rng);
  const auto T = static_cast<std::size_t>(problem.inputs.size(0));
  Tape tape;
  nn::AnyStacked::State state = rnn_.zero_state(B);
  const std::size_t n = state.size();
  Tensors outputs, states;  // of each step one, and n
  for (const Tensor& x : split(problem.inputs, T)) {
    auto [output, next] = rnn_(x, state);
    state = std::move(next);
    outputs.push_back(output);
    states.insert(states.end(), state.begin(), state.end());
  }
  const Tensor sum_of_losses = problem.loss(concat(outputs)) * static_cast<Scalar>(B);
  const Tensors gradients = tape.grad({sum_of_losses}, states);
  std::vector<Array> norms(n, Array(Shape{T, B}));
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Array of_step = norms_of_rows(gradients[i].value(), {B});
    std::copy_n(of_step.data(), B, norms[i % n].data() + i / n * B);
  }
  return norms;
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

double MemoryModel::validation_loss(std::size_t, Rng& rng) const {
  const Pause pause;
  return static_cast<double>(loss(512, rng).item());
}

}  // namespace rw::inline REWIND_ABI::models
