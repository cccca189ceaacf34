#include "nn/train/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

// NaN is outside of every range.
void check_range(const char* role, double value, bool inside, const char* range) {
  if (!inside) fail("schedule", fmt::format("{}: expected a number in {}, got {}", role, range, value));
}

}  // namespace

Schedule::Schedule(const ScheduleOptions& options) : options_(options) {
  const std::string& name = options_.name;
  if (name != "constant" && name != "step" && name != "cosine" && name != "plateau")
    fail("schedule", fmt::format("name: expected constant, step, cosine or plateau, got '{}'", name));
  check_range("warmup", options_.warmup, options_.warmup >= 0 && options_.warmup < 1, "[0, 1)");
  check_range("floor", options_.floor, options_.floor >= 0 && options_.floor <= 1, "[0, 1]");
  check_range("factor", options_.factor, options_.factor > 0 && options_.factor < 1, "(0, 1)");
  if (name == "plateau" && options_.patience == 0) fail("schedule", "patience: expected 1 or more, got 0");
}

double Schedule::rate(double progress) const {
  progress = std::clamp(progress, 0.0, 1.0);
  if (progress < options_.warmup) return progress / options_.warmup;
  const double rest = (progress - options_.warmup) / (1 - options_.warmup);
  if (options_.name == "step") {
    const auto drops = static_cast<double>(options_.drops);
    return std::pow(options_.factor, std::min(std::floor(rest * (drops + 1)), drops));
  }
  if (options_.name == "cosine")
    return options_.floor + (1 - options_.floor) * (1 + std::cos(std::numbers::pi * rest)) / 2;
  return state_.rate;
}

void Schedule::observe(double validation_loss) {
  if (state_.seen++ == 0 || validation_loss < state_.best) {
    state_.best = validation_loss, state_.bad = 0;
  } else if (++state_.bad >= options_.patience && options_.name == "plateau") {
    state_.rate = std::max(state_.rate * options_.factor, options_.floor), state_.bad = 0;
  }
}

}  // namespace rw::inline REWIND_ABI::nn
