// A layer is a scan over a cell; a stack wraps layers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"
#include "nn/cells/cell.hpp"
#include "nn/dropout.hpp"

namespace rw::inline REWIND_ABI::nn {

// All outputs of a layer (T, B, H), and the state after the last step.
template <class State>
struct Scanned {
  Tensor outputs;
  State state;
};

// Runs a cell over the time axis: x (T, B, D). Throws if x has another rank or width than the cell's input.
template <class Cell>
struct Recurrent {
  using State = typename Cell::State;

  Cell cell;

  Recurrent(std::size_t input, std::size_t hidden, Rng& rng) : cell(input, hidden, rng) {}

  State zero_state(std::size_t batch) const { return cell.zero_state(batch); }

  Scanned<State> operator()(const Tensor& x, State state) const {
    const Scope scope(Cell::name);
    check_rank(Cell::name, "input (T, B, D)", 3, x.shape());
    check_state(x.size(1), state);
    const Tensors steps = unbind(cell.project(x));
    Tensors outputs(steps.size());
    for (std::size_t t = 0; t < steps.size(); ++t) {
      const Scope step("t", static_cast<std::ptrdiff_t>(t));
      state = cell.step(steps[t], state);
      outputs[t] = Cell::output(state);
    }
    return {stack(outputs), state};
  }

  void visit(auto&& f) { cell.visit(f); }

 private:
  void check_state(std::size_t batch, State state) const {
    pool::Vector<Shape> expected;
    zero_state(batch).visit([&](const char*, Tensor& s) { expected.push_back(s.shape()); });
    std::size_t i = 0;
    state.visit([&](const char* name, Tensor& s) {
      check_shape(Cell::name, (std::string("state ") + name).c_str(), expected[i++], s.shape());
    });
  }
};

// Layers on top of each other, with dropout between them. Parameters are named as PyTorch names them:
// weight_ih_l0, weight_hh_l0, ..., weight_ih_l1.
template <class Cell>
struct Stacked {
  using State = pool::Vector<typename Cell::State>;  // one a layer

  std::vector<Recurrent<Cell>> layers;
  Dropout dropout;

  Stacked(std::size_t input, std::size_t hidden, std::size_t n_layers, double p, Rng& rng) : dropout(p, rng) {
    for (std::size_t l = 0; l < n_layers; ++l) layers.emplace_back(l == 0 ? input : hidden, hidden, rng);
  }

  State zero_state(std::size_t batch) const {
    State state;
    for (const auto& layer : layers) state.push_back(layer.zero_state(batch));
    return state;
  }

  Scanned<State> operator()(Tensor x, State state) const {
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const Scope scope("layer", static_cast<std::ptrdiff_t>(l));
      auto [outputs, last] = layers[l](l == 0 ? x : dropout(x), std::move(state[l]));
      x = std::move(outputs), state[l] = std::move(last);
    }
    return {x, std::move(state)};
  }

  void visit(auto&& f) {
    for (std::size_t l = 0; l < layers.size(); ++l)
      layers[l].visit([&](const std::string& name, auto& member) { f(name + "_l" + std::to_string(l), member); });
    f("dropout", dropout);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
