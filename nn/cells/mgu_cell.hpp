#pragma once

#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// The minimal gated unit: one gate both forgets and resets.
// (xf xn) = W_ih x + b_ih,  f = sigmoid(xf + W_hf h),  n = tanh(xn + W_hn (f h))
// h' = (1 - f) h + f n                                                                 (Zhou et al. 2016, eq. 6 to 8)
struct MGUCell {
  static constexpr const char* name = "mgu";
  static constexpr const char* gate_names = "fn";
  using State = HiddenState;

  Tensor weight_ih;             // (2H, D): f n
  Tensor weight_hf, weight_hn;  // (H, H)
  Tensor bias_ih;               // (2H)

  MGUCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({2 * hidden, input}, hidden, rng)),
        weight_hf(init::recurrent({hidden, hidden}, hidden, rng)),
        weight_hn(init::recurrent({hidden, hidden}, hidden, rng)),
        bias_ih(init::recurrent({2 * hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const { return {zero_hidden(batch, weight_hf.size(1))}; }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const auto [kept, f] = pointwise(
        "mgu_gate",
        [](auto xf, auto, auto hf, auto h) {
          auto gate = sigmoid(xf + hf);
          return outputs(gate * h, gate);
        },
        columns<2>(x), affine(h_prev, weight_hf, {}), h_prev);
    return {pointwise(
        "mgu", [](auto, auto xn, auto hn, auto gate, auto h) { return h + gate * (tanh(xn + hn) - h); }, columns<2>(x),
        affine(kept, weight_hn, {}), f, s.h)};
  }

  void visit(auto&& f) {
    f("weight_ih", weight_ih), f("weight_hf", weight_hf), f("weight_hn", weight_hn), f("bias_ih", bias_ih);
  }
};

}  // namespace rw::inline REWIND_ABI::nn
