#pragma once

#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// h' = tanh(W_ih x + b_ih + W_hh h + b_hh)                                                     (Elman 1990)
struct RNNCell {
  static constexpr const char* name = "rnn";
  using State = HiddenState;

  Tensor weight_ih, weight_hh;  // (H, D), (H, H)
  Tensor bias_ih, bias_hh;      // (H)

  RNNCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({hidden, input}, hidden, rng)),
        weight_hh(init::recurrent({hidden, hidden}, hidden, rng)),
        bias_ih(init::recurrent({hidden}, hidden, rng)),
        bias_hh(init::recurrent({hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const { return {zero_hidden(batch, weight_hh.size(1))}; }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih + bias_hh); }

  State step(const Tensor& x, const State&, const Tensor& h_prev) const { return {tanh(affine(h_prev, weight_hh, x))}; }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih), f("bias_hh", bias_hh);
  }
};

// h' = relu(W_ih x + b_ih + W_hh h + b_hh)
struct ReluRNNCell : RNNCell {
  static constexpr const char* name = "rnn_relu";
  using RNNCell::RNNCell;

  State step(const Tensor& x, const State&, const Tensor& h_prev) const { return {relu(affine(h_prev, weight_hh, x))}; }
};

// The ReLU RNN that starts as a sum over time: W_hh = I, b = 0, W_ih ~ N(0, 0.001^2)   (Le, Jaitly & Hinton 2015, 2)
struct IRNNCell : ReluRNNCell {
  static constexpr const char* name = "irnn";

  IRNNCell(std::size_t input, std::size_t hidden, Rng& rng) : ReluRNNCell(input, hidden, rng) {
    weight_ih = parameter(rng.normal({hidden, input}, 0, 0.001));
    weight_hh = init::identity(hidden);
    bias_ih = init::constant({hidden}, 0), bias_hh = init::constant({hidden}, 0);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
