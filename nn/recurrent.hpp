// A layer is a scan over a cell.
#pragma once

#include <string>
#include <utility>

#include "autograd/check.hpp"
#include "autograd/levers.hpp"
#include "autograd/slab.hpp"
#include "autograd/tape.hpp"
#include "nn/cells/cell.hpp"
#include "nn/dropout.hpp"
#include "nn/mask.hpp"

namespace rw::inline REWIND_ABI::nn {

// All outputs of a layer (T, B, H), 0 where padded, and the state after each sequence's last real step.
template <class State>
struct Scanned {
  Tensor outputs;
  State state;
};

struct RecurrentOptions {
  bool reversed = false;     // from the last step to the first; outputs stay where their inputs are
  double input_dropout = 0;  // of x, and of what the recurrent products read of h: the same mask at every step
  double state_dropout = 0;  // (Gal & Ghahramani 2016). What is carried on is never dropped: c, and h in z h.
};

// What a layer is given, checked at its door. Each throws "[layer] role: expected ..., got ...".
void check_input(const char* layer, std::size_t width, const Tensor& x);  // (T, B, width), T at least 1
void check_carried(const char* layer, const std::string& name, const Shape& expected, const Tensor& state);

// Runs a cell over the time axis: x (T, B, D). The state may come from zero_state, from an earlier chunk (detach it),
// or be learned (LearnedState). Throws if x, the state or the mask does not fit.
template <class Cell>
struct Recurrent {
  using State = typename Cell::State;

  std::size_t input, hidden;
  Cell cell;
  bool reversed;
  SequenceDropout input_dropout, state_dropout;

  Recurrent(std::size_t D, std::size_t H, Rng& rng, const RecurrentOptions& options = {})
      : input(D),
        hidden(H),
        cell(D, H, rng),
        reversed(options.reversed),
        input_dropout(options.input_dropout, rng),
        state_dropout(options.state_dropout, rng) {}

  State zero_state(std::size_t batch) const { return cell.zero_state(batch); }
  std::size_t width() const { return hidden; }  // of the outputs

  Scanned<State> operator()(const Tensor& x, State state, const Mask& mask = {}) const {
    const Scope scope(Cell::name);
    check_input(Cell::name, input, x);
    check_state(x.size(1), state);
    mask.check(Cell::name, x.shape());
    const Tensor kept = state_dropout.mask(Cell::output(state).shape());
    const Tensor inputs = input_dropout(mask.zero_padding(x));
    const bool ahead = levers().project_ahead;
    const Tensors steps = ahead ? unbind(cell.project(inputs)) : split(inputs, inputs.size(0));
    Tensors outputs(steps.size());
    const Array hidden_states = mask.padded() ? Array() : allocate(Cell::name, {x.size(0), x.size(1), hidden});
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::size_t t = reversed ? steps.size() - 1 - i : i;
      const Scope step("t", static_cast<std::ptrdiff_t>(t));
      const Tensor h_prev = kept.defined() ? Cell::output(state) * kept : Cell::output(state);
      const ResultPlace place(hidden_states, t);
      const Tensor projected = ahead ? steps[t] : unbind(cell.project(steps[t]))[0];
      state = mask.keep(t, cell.step(projected, state, h_prev), state);
      outputs[t] = Cell::output(state);
    }
    if (Tape::current() == nullptr && steps.size() > 1)
      state.visit([](const auto&, Tensor& s) { s = detach(s); });  // whoever keeps it does not keep all outputs
    return {mask.zero_padding(stack(outputs)), state};
  }
  // From the zero state.
  Scanned<State> operator()(const Tensor& x, const Mask& mask = {}) const {
    check_input(Cell::name, input, x);
    return (*this)(x, zero_state(x.size(1)), mask);
  }

  void visit(auto&& f) {
    cell.visit(f);
    f("input_dropout", input_dropout), f("state_dropout", state_dropout);
  }

 private:
  void check_state(std::size_t batch, State state) const {
    pool::Vector<Shape> expected;
    zero_state(batch).visit([&](const auto&, Tensor& s) { expected.push_back(s.shape()); });
    std::size_t i = 0;
    state.visit([&](const std::string& name, Tensor& s) { check_carried(Cell::name, name, expected[i++], s); });
  }
};

}  // namespace rw::inline REWIND_ABI::nn
