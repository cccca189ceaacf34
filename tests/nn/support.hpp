// What the tests of layers share.
#pragma once

#include <catch2/catch.hpp>

#include <algorithm>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/module.hpp"
#include "tests/support.hpp"

namespace rw::inline REWIND_ABI {

inline IndexArray indices(std::initializer_list<Index> values) {
  IndexArray a(Shape{values.size()});
  std::copy(values.begin(), values.end(), a.data());
  return a;
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
