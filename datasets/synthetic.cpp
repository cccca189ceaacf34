#include "datasets/synthetic.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

Batch recall(const char* name, std::size_t T, std::size_t B, Rng& rng, bool reversed) {
  if (T < 1) fail(name, "T = 0: expected at least 1");
  constexpr Index delimiter = recall_symbols, blank = delimiter + 1;
  Batch batch{IndexArray(Shape{2 * T + 1, B}, blank), IndexArray(Shape{2 * T + 1, B}, ignored), T * B};
  for (std::size_t b = 0; b < B; ++b) {
    for (std::size_t i = 0; i < T; ++i) {
      const auto symbol = static_cast<Index>(rng.below(recall_symbols));
      batch.inputs.data()[i * B + b] = symbol;
      batch.targets.data()[(reversed ? 2 * T - i : T + 1 + i) * B + b] = symbol;
    }
    batch.inputs.data()[T * B + b] = delimiter;
  }
  return batch;
}

}  // namespace

Adding adding_problem(std::size_t T, std::size_t B, Rng& rng) {
  if (T < 2) fail("adding_problem", fmt::format("T = {}: expected at least 2", T));
  Adding batch{rng.uniform({T, B, 2}, 0, 1), Array(Shape{B, 1}, 0)};
  const auto element = [&](std::size_t t, std::size_t b, std::size_t k) -> Scalar& {
    return batch.inputs.data()[(t * B + b) * 2 + k];
  };
  for (std::size_t b = 0; b < B; ++b) {
    for (std::size_t t = 0; t < T; ++t) element(t, b, 1) = 0;
    for (const std::size_t t : {rng.below(T / 2), T / 2 + rng.below(T - T / 2)}) {
      element(t, b, 1) = 1;
      batch.targets.data()[b] += element(t, b, 0);
    }
  }
  return batch;
}

Batch copy_memory(std::size_t T, std::size_t B, Rng& rng) {
  if (T < 1) fail("copy_memory", "T = 0: expected at least 1");
  constexpr Index blank = 8, delimiter = 9;
  constexpr std::size_t length = 10;
  const std::size_t steps = T + 2 * length;
  Batch batch{IndexArray(Shape{steps, B}, blank), IndexArray(Shape{steps, B}, blank), steps * B};
  for (std::size_t b = 0; b < B; ++b) {
    for (std::size_t i = 0; i < length; ++i) {
      const auto symbol = static_cast<Index>(rng.below(8));
      batch.inputs.data()[i * B + b] = symbol;
      batch.targets.data()[(T + length + i) * B + b] = symbol;
    }
    batch.inputs.data()[(T + length - 1) * B + b] = delimiter;
  }
  return batch;
}

Batch copy_sequence(std::size_t T, std::size_t B, Rng& rng) { return recall("copy_sequence", T, B, rng, false); }
Batch reverse_sequence(std::size_t T, std::size_t B, Rng& rng) { return recall("reverse_sequence", T, B, rng, true); }

}  // namespace rw::inline REWIND_ABI::datasets
