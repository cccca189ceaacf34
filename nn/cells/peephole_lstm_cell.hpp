#pragma once

#include "nn/cells/lstm_cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// The LSTM whose gates see the cell state: i and f the old one, o the new one, each through a diagonal weight.
// (i f g o) = W_ih x + b_ih + W_hh h + b_hh
// c' = sigmoid(f + p_f c) c + sigmoid(i + p_i c) tanh(g)
// h' = sigmoid(o + p_o c') tanh(c')                   (Gers, Schraudolph & Schmidhuber 2002; Graves 2013, eq. 7 to 11)
struct PeepholeLSTMCell : LSTMCell {
  static constexpr const char* name = "peephole_lstm";
  static constexpr const char* gate_names = "ifgo";

  Tensor weight_ci, weight_cf, weight_co;  // (H): p_i p_f p_o

  PeepholeLSTMCell(std::size_t input, std::size_t hidden, Rng& rng)
      : LSTMCell(input, hidden, rng),
        weight_ci(init::recurrent({hidden}, hidden, rng)),
        weight_cf(init::recurrent({hidden}, hidden, rng)),
        weight_co(init::recurrent({hidden}, hidden, rng)) {}

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const Tensor gates = affine(h_prev, weight_hh, x);
    const auto [h, c] = pointwise(
        "peephole_lstm",
        [](auto i, auto f, auto g, auto o, auto c_prev, auto p_i, auto p_f, auto p_o) {
          auto c_next = sigmoid(f + p_f * c_prev) * c_prev + sigmoid(i + p_i * c_prev) * tanh(g);
          return outputs(sigmoid(o + p_o * c_next) * tanh(c_next), c_next);
        },
        columns<4>(gates), s.c, weight_ci, weight_cf, weight_co);
    return {h, c};
  }

  void visit(auto&& f) {
    LSTMCell::visit(f);
    f("weight_ci", weight_ci), f("weight_cf", weight_cf), f("weight_co", weight_co);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
