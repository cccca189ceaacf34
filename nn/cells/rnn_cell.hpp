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

  State step(const Tensor& x, const State& s) const { return {tanh(affine(s.h, weight_hh, x))}; }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih), f("bias_hh", bias_hh);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
