// What the tests of layers share.
#pragma once

#include <catch2/catch.hpp>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/module.hpp"

namespace rw::inline REWIND_ABI {

constexpr double tolerance = sizeof(Scalar) == 4 ? 2e-5 : 1e-10;

inline void check_close(const Array& a, const Array& b, double margin = tolerance) {
  REQUIRE(a.shape() == b.shape());
  std::size_t far = 0;  // a NaN is far from everything
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a.data()[i]), y = static_cast<double>(b.data()[i]);
    const double difference = std::abs(x - y) / std::max(1., std::abs(y));
    if (!(difference <= margin)) ++far;
    worst = std::max(worst, difference);
  }
  INFO("largest difference: " << worst);
  CHECK(far == 0);
}

template <class State>
Tensors tensors_of(State state) {
  Tensors all;
  state.visit([&](const auto&, Tensor& x) { all.push_back(x); });
  return all;
}

// The same state with other tensors.
template <class State>
State state_of(State state, const Tensors& tensors) {
  std::size_t i = 0;
  state.visit([&](const auto&, Tensor& x) { x = tensors.at(i++); });
  return state;
}

}  // namespace rw::inline REWIND_ABI
