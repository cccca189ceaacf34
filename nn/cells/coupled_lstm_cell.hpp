#pragma once

#include "nn/cells/lstm_cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// The LSTM that writes just where it forgets: i = 1 - f.
// (f g o) = W_ih x + b_ih + W_hh h + b_hh
// c' = sigmoid(f) c + (1 - sigmoid(f)) tanh(g)
// h' = sigmoid(o) tanh(c')                                                (Greff et al. 2017, "CIFG")
struct CoupledLSTMCell {
  static constexpr const char* name = "coupled_lstm";
  static constexpr const char* gate_names = "fgo";
  using State = LSTMCell::State;

  Tensor weight_ih, weight_hh;  // (3H, D), (3H, H): the gates f g o
  Tensor bias_ih, bias_hh;      // (3H)

  CoupledLSTMCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({3 * hidden, input}, hidden, rng)),
        weight_hh(init::recurrent({3 * hidden, hidden}, hidden, rng)),
        bias_ih(init::recurrent({3 * hidden}, hidden, rng)),
        bias_hh(init::recurrent({3 * hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const {
    const std::size_t hidden = weight_hh.size(1);
    return {zero_hidden(batch, hidden), zero_hidden(batch, hidden)};
  }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih + bias_hh); }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const Tensor gates = affine(h_prev, weight_hh, x);
    const auto [h, c] = pointwise(
        "coupled_lstm",
        [](auto f, auto g, auto o, auto c_prev) {
          auto candidate = tanh(g);
          auto c_next = candidate + sigmoid(f) * (c_prev - candidate);
          return outputs(sigmoid(o) * tanh(c_next), c_next);
        },
        columns<3>(gates), s.c);
    return {h, c};
  }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih), f("bias_hh", bias_hh);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
