// LearnedState: a first state that is a parameter, the same row for every sequence.
//
//   nn::LearnedState start(layer);
//   const auto [outputs, last] = layer(x, start(B));
#pragma once

#include "autograd/ops.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// Layer: Recurrent, Bidirectional or Stacked. Starts at zero.
template <class Layer>
struct LearnedState {
  using State = typename Layer::State;

  State row;  // each tensor (1, H)

  explicit LearnedState(const Layer& layer) : row(layer.zero_state(1)) {
    row.visit([](const auto&, Tensor& x) { x = parameter(x.value()); });
  }

  State operator()(std::size_t batch) const {
    State state = row;
    state.visit([&](const auto&, Tensor& x) { x = expand(x, {batch, x.size(1)}); });
    return state;
  }

  void visit(auto&& f) { row.visit(f); }
};

}  // namespace rw::inline REWIND_ABI::nn
