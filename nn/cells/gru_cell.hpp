#pragma once

#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// (xr xz xn) = W_ih x + b_ih,  (hr hz hn) = W_hh h + b_hh
// r = sigmoid(xr + hr),  z = sigmoid(xz + hz),  n = tanh(xn + r hn)
// h' = (1 - z) n + z h           (Cho et al. 2014, with the reset gate after the product as in cuDNN and PyTorch)
struct GRUCell {
  static constexpr const char* name = "gru";
  static constexpr const char* gate_names = "rzn";
  using State = HiddenState;

  Tensor weight_ih, weight_hh;  // (3H, D), (3H, H): the gates r z n
  Tensor bias_ih, bias_hh;      // (3H)

  GRUCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({3 * hidden, input}, hidden, rng)),
        weight_hh(init::recurrent({3 * hidden, hidden}, hidden, rng)),
        bias_ih(init::recurrent({3 * hidden}, hidden, rng)),
        bias_hh(init::recurrent({3 * hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const { return {zero_hidden(batch, weight_hh.size(1))}; }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const Tensor gates = affine(h_prev, weight_hh, bias_hh);
    return {pointwise(
        "gru",
        [](auto xr, auto xz, auto xn, auto hr, auto hz, auto hn, auto h) {
          auto r = sigmoid(xr + hr), z = sigmoid(xz + hz), n = tanh(xn + r * hn);
          return n + z * (h - n);
        },
        columns<3>(x), columns<3>(gates), s.h)};
  }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih), f("bias_hh", bias_hh);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
