#pragma once

#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// minGRU: gate and candidate see only x, so nothing but the blend waits for the state.
// (xz n) = W_ih x + b_ih,  z = sigmoid(xz)
// h' = (1 - z) h + z n                                                                  (Feng et al. 2024, 3.1)
struct MinGRUCell {
  static constexpr const char* name = "mingru";
  static constexpr const char* gate_names = "zn";
  using State = HiddenState;

  Tensor weight_ih, bias_ih;  // (2H, D), (2H): z n

  MinGRUCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(init::recurrent({2 * hidden, input}, hidden, rng)),
        bias_ih(init::recurrent({2 * hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const { return {zero_hidden(batch, weight_ih.size(0) / 2)}; }
  static const Tensor& output(const State& s) { return s.h; }

  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }

  State step(const Tensor& x, const State& s, const Tensor&) const {
    return {pointwise(
        "mingru", [](auto xz, auto n, auto h) { return h + sigmoid(xz) * (n - h); }, columns<2>(x), s.h)};
  }

  void visit(auto&& f) { f("weight_ih", weight_ih), f("bias_ih", bias_ih); }
};

}  // namespace rw::inline REWIND_ABI::nn
