// What a cell is: one time step of a recurrent network, a pure function (input, state) -> state. A scan
// (Recurrent<Cell>), a stack and a trainer need no more of it than
//
//   static constexpr const char* name = "lstm";
//   Cell(std::size_t input, std::size_t hidden, Rng& rng);
//   struct State { ...tensors (B, H), or of another width...; void visit(auto&& f); };
//   State zero_state(std::size_t batch) const;
//   Tensor project(const Tensor& x) const;               // (T, B, D) -> (T, B, K): what does not wait for the state
//   State step(const Tensor& projected, const State& s, const Tensor& h_prev) const;      // (B, K): one time step
//   static const Tensor& output(const State& s);         // (B, H): what the layer above sees
//   void visit(auto&& f);                                // parameters, under PyTorch's names without "_l0"
//
// It may say `static constexpr const char* gate_names = "ifgo"`, the letters of its weights' blocks of rows, for
// pictures. A state's visit names its tensors, f("h", h). The recurrent products read h_prev: output(s), thinned where
// the layer drops its state out; what is blended or carried on reads s.
#pragma once

#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "nn/init.hpp"

namespace rw::inline REWIND_ABI::nn {

// The same state, cut from its tape: truncated back-propagation through time carries this on.
template <class State>
State detach(State state) {
  state.visit([](const auto&, Tensor& x) { x = rw::detach(x); });
  return state;
}

// The state of a cell that has only h.
struct HiddenState {
  Tensor h;  // (B, H)
  void visit(auto&& f) { f("h", h); }
};

inline Tensor zero_hidden(std::size_t batch, std::size_t hidden) { return Array(Shape{batch, hidden}, Scalar(0)); }

}  // namespace rw::inline REWIND_ABI::nn
