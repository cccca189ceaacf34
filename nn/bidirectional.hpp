// Bidirectional: one scan from the first step to the last, one back, their outputs merged.
#pragma once

#include "autograd/ops.hpp"
#include "nn/recurrent.hpp"

namespace rw::inline REWIND_ABI::nn {

enum class Merge { concat, sum, mean, product };

Tensor merge_outputs(const Tensor& forward, const Tensor& backward, Merge merge);

// x (T, B, D) -> (T, B, 2H) for concat, else (T, B, H) (Schuster & Paliwal 1997). Parameters are named as PyTorch names
// them: weight_ih, weight_ih_reverse. Throws as Recurrent does.
template <class Cell>
struct Bidirectional {
  struct State {
    typename Cell::State forward, backward;
    void visit(auto&& f) {
      forward.visit(f);
      backward.visit([&](const std::string& name, Tensor& s) { f(name + "_reverse", s); });
    }
  };

  Recurrent<Cell> forward, backward;
  Merge merge;

  Bidirectional(std::size_t D, std::size_t H, Rng& rng, Merge m = Merge::concat, const RecurrentOptions& options = {})
      : forward(D, H, rng, options), backward(D, H, rng, options), merge(m) {
    backward.reversed = !forward.reversed;
  }

  State zero_state(std::size_t batch) const { return {forward.zero_state(batch), backward.zero_state(batch)}; }
  std::size_t width() const { return (merge == Merge::concat ? 2 : 1) * forward.hidden; }

  Scanned<State> operator()(const Tensor& x, const State& state, const Mask& mask = {}) const {
    const auto there = scan("forward", forward, x, state.forward, mask);
    const auto back = scan("backward", backward, x, state.backward, mask);
    return {merge_outputs(there.outputs, back.outputs, merge), {there.state, back.state}};
  }
  Scanned<State> operator()(const Tensor& x, const Mask& mask = {}) const {
    check_input(Cell::name, forward.input, x);
    return (*this)(x, zero_state(x.size(1)), mask);
  }

  void visit(auto&& f) {
    forward.visit(f);
    backward.visit([&](const std::string& name, auto& member) { f(name + "_reverse", member); });
  }

 private:
  static Scanned<typename Cell::State> scan(const char* direction, const Recurrent<Cell>& layer, const Tensor& x,
                                            const typename Cell::State& state, const Mask& mask) {
    const Scope scope(direction);
    return layer(x, state, mask);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
