#pragma once

#include <algorithm>

#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// (i f g o) = W_ih x + b_ih + W_hh h + b_hh
// c' = sigmoid(f) c + sigmoid(i) tanh(g)
// h' = sigmoid(o) tanh(c')                         (Hochreiter & Schmidhuber 1997; Gers, Schmidhuber & Cummins 2000)
struct LSTMCell {
  static constexpr const char* name = "lstm";
  static constexpr const char* gate_names = "ifgo";
  struct State {
    Tensor h, c;  // (B, H)
    void visit(auto&& f) { f("h", h), f("c", c); }
  };

  Tensor weight_ih, weight_hh;  // (4H, D), (4H, H): the gates i f g o
  Tensor bias_ih, bias_hh;      // (4H)

  LSTMCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({4 * hidden, input}, hidden, rng)),
        weight_hh(init::recurrent({4 * hidden, hidden}, hidden, rng)),
        bias_ih(init::recurrent({4 * hidden}, hidden, rng)),
        bias_hh(init::recurrent({4 * hidden}, hidden, rng)) {}

  // A bias of 1 keeps c, and so its gradient, through long gaps from the start (Jozefowicz et al. 2015).
  void set_forget_bias(Scalar value) {
    const std::size_t hidden = weight_hh.size(1);
    std::fill_n(bias_ih.mutate().data() + hidden, hidden, value);
    std::fill_n(bias_hh.mutate().data() + hidden, hidden, Scalar(0));
  }

  State zero_state(std::size_t batch) const {
    const std::size_t hidden = weight_hh.size(1);
    return {zero_hidden(batch, hidden), zero_hidden(batch, hidden)};
  }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih + bias_hh); }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const Tensor gates = affine(h_prev, weight_hh, x);
    const auto [h, c] = pointwise(
        "lstm",
        [](auto i, auto f, auto g, auto o, auto c_prev) {
          auto c_next = sigmoid(f) * c_prev + sigmoid(i) * tanh(g);
          return outputs(sigmoid(o) * tanh(c_next), c_next);
        },
        columns<4>(gates), s.c);
    return {h, c};
  }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih), f("bias_hh", bias_hh);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
