#pragma once

#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// The GRU as published: the reset gate acts on h before the product (Keras' reset_after = False).
// (xr xz xn) = W_ih x + b_ih,  (hr hz) = W_hh h
// r = sigmoid(xr + hr),  z = sigmoid(xz + hz),  n = tanh(xn + W_hn (r h))
// h' = (1 - z) n + z h                                                                (Cho et al. 2014, eq. 5 to 8)
struct GRUResetBeforeCell {
  static constexpr const char* name = "gru_reset_before";
  static constexpr const char* gate_names = "rzn";
  using State = HiddenState;

  Tensor weight_ih, weight_hh;  // (3H, D): r z n; (2H, H): r z
  Tensor weight_hn;             // (H, H)
  Tensor bias_ih;               // (3H)

  GRUResetBeforeCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({3 * hidden, input}, hidden, rng)),
        weight_hh(init::recurrent({2 * hidden, hidden}, hidden, rng)),
        weight_hn(init::recurrent({hidden, hidden}, hidden, rng)),
        bias_ih(init::recurrent({3 * hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const { return {zero_hidden(batch, weight_hh.size(1))}; }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const auto [kept, z] = pointwise(
        "gru_gates",
        [](auto xr, auto xz, auto, auto hr, auto hz, auto h) {
          return outputs(sigmoid(xr + hr) * h, sigmoid(xz + hz));
        },
        columns<3>(x), columns<2>(affine(h_prev, weight_hh, {})), h_prev);
    return {pointwise(
        "gru",
        [](auto, auto, auto xn, auto hn, auto z_gate, auto h) {
          auto n = tanh(xn + hn);
          return n + z_gate * (h - n);
        },
        columns<3>(x), affine(kept, weight_hn, {}), z, s.h)};
  }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("weight_hn", weight_hn), f("bias_ih", bias_ih);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
