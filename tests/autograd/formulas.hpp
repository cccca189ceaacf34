// Formulas that several tests run.
#pragma once

#include "autograd/pointwise/functions.hpp"

namespace rw::inline REWIND_ABI {

constexpr auto lstm = [](auto i, auto f, auto g, auto o, auto c_prev) {
  auto c = sigmoid(f) * c_prev + sigmoid(i) * tanh(g);
  return outputs(sigmoid(o) * tanh(c), c);
};

}  // namespace rw::inline REWIND_ABI
