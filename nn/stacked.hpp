// Stacked: layers on top of each other, with dropout between them.
#pragma once

#include <vector>

#include "nn/recurrent.hpp"

namespace rw::inline REWIND_ABI::nn {

// PyTorch's name of a layer's parameter: weight_ih, 1 -> weight_ih_l1; weight_ih_reverse, 1 -> weight_ih_l1_reverse.
std::string layer_name(const std::string& name, std::size_t layer);

// x (T, B, D) -> (T, B, width of the last layer). Layer: Recurrent or Bidirectional, built with the `options` that its
// constructor takes after the generator. Throws as the layer does.
template <class Cell, template <class> class Layer = Recurrent>
struct Stacked {
  struct State {
    pool::Vector<typename Layer<Cell>::State> layers;
    void visit(auto&& f) {
      for (std::size_t l = 0; l < layers.size(); ++l)
        layers[l].visit([&](const std::string& name, Tensor& s) { f(layer_name(name, l), s); });
    }
  };

  std::vector<Layer<Cell>> layers;
  Dropout dropout;  // not after the last layer

  Stacked(std::size_t input, std::size_t hidden, std::size_t n_layers, double p, Rng& rng, const auto&... options)
      : dropout(p, rng) {
    for (std::size_t l = 0; l < n_layers; ++l)
      layers.emplace_back(l == 0 ? input : layers.back().width(), hidden, rng, options...);
  }

  State zero_state(std::size_t batch) const {
    State state;
    for (const auto& layer : layers) state.layers.push_back(layer.zero_state(batch));
    return state;
  }

  Scanned<State> operator()(Tensor x, State state, const Mask& mask = {}) const {
    check_layers(state.layers.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const Scope scope("layer", static_cast<std::ptrdiff_t>(l));
      auto [outputs, last] = layers[l](l == 0 ? x : dropout(x), std::move(state.layers[l]), mask);
      x = std::move(outputs), state.layers[l] = std::move(last);
    }
    return {x, std::move(state)};
  }
  Scanned<State> operator()(const Tensor& x, const Mask& mask = {}) const {
    check_rank(Cell::name, "input (T, B, D)", 3, x.shape());
    return (*this)(x, zero_state(x.size(1)), mask);
  }

  void visit(auto&& f) {
    for (std::size_t l = 0; l < layers.size(); ++l)
      layers[l].visit([&](const std::string& name, auto& member) { f(layer_name(name, l), member); });
    f("dropout", dropout);
  }

 private:
  void check_layers(std::size_t got) const {
    if (got != layers.size())
      fail(Cell::name,
           "state: expected that of " + std::to_string(layers.size()) + " layers, got " + std::to_string(got));
  }
};

}  // namespace rw::inline REWIND_ABI::nn
