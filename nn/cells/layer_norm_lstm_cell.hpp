#pragma once

#include "nn/cells/lstm_cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// LN(x; a, b) = (x - mean) / sqrt(var + eps) a + b over the last axis
// (i f g o) = LN(W_ih x; a_ih, b_ih) + LN(W_hh h; a_hh, b_hh)
// c' = sigmoid(f) c + sigmoid(i) tanh(g)
// h' = sigmoid(o) tanh(LN(c'; a_c, b_c))                                 (Ba, Kiros & Hinton 2016, eq. 20 to 22)
struct LayerNormLSTMCell {
  static constexpr const char* name = "layer_norm_lstm";
  static constexpr const char* gate_names = "ifgo";
  using State = LSTMCell::State;

  Tensor weight_ih, weight_hh;  // (4H, D), (4H, H): the gates i f g o
  Tensor gain_ih, gain_hh;      // (4H): a_ih a_hh
  Tensor bias_ih, bias_hh;      // (4H)
  Tensor gain_c, bias_c;        // (H)

  LayerNormLSTMCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({4 * hidden, input}, hidden, rng)),
        weight_hh(init::recurrent({4 * hidden, hidden}, hidden, rng)),
        gain_ih(init::constant({4 * hidden}, 1)),
        gain_hh(init::constant({4 * hidden}, 1)),
        bias_ih(init::constant({4 * hidden}, 0)),
        bias_hh(init::constant({4 * hidden}, 0)),
        gain_c(init::constant({hidden}, 1)),
        bias_c(init::constant({hidden}, 0)) {}

  State zero_state(std::size_t batch) const {
    const std::size_t hidden = weight_hh.size(1);
    return {zero_hidden(batch, hidden), zero_hidden(batch, hidden)};
  }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return layer_norm(affine(x, weight_ih, {}), gain_ih, bias_ih); }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const Tensor gates = layer_norm(affine(h_prev, weight_hh, {}), gain_hh, bias_hh);
    const auto [c, o] = pointwise(
        "layer_norm_lstm",
        [](auto xi, auto xf, auto xg, auto xo, auto hi, auto hf, auto hg, auto ho, auto c_prev) {
          return outputs(sigmoid(xf + hf) * c_prev + sigmoid(xi + hi) * tanh(xg + hg), sigmoid(xo + ho));
        },
        columns<4>(x), columns<4>(gates), s.c);
    const Tensor normed = layer_norm(c, gain_c, bias_c);
    return {pointwise(
                "layer_norm_lstm", [](auto o_gate, auto c_hat) { return o_gate * tanh(c_hat); }, o, normed),
            c};
  }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("gain_ih", gain_ih), f("gain_hh", gain_hh);
    f("bias_ih", bias_ih), f("bias_hh", bias_hh), f("gain_c", gain_c), f("bias_c", bias_c);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
