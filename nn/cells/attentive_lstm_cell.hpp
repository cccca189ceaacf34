#pragma once

#include <cmath>
#include <numeric>

#include "nn/cells/lstm_cell.hpp"

namespace rw::inline REWIND_ABI::nn {

// An LSTM that looks back at its last N outputs, which c then need not carry:
//
// a_j = softmax over j of (W_qh h) . h_j / sqrt(H)       h_1 = h, the newest, ... h_N; there are only as many as steps
// u = sum over j of a_j h_j                              were made, and u = 0 at the first
// (i f g o) = W_ih x + b_ih + W_hh h + b_hh + W_uh u     the rest as in LSTMCell
//                                                        (after Cheng, Dong & Lapata 2016, whose tape has no end)
struct AttentiveLSTMCell : LSTMCell {
  static constexpr const char* name = "attentive_lstm";
  static constexpr std::size_t N = 16;
  struct State {
    Tensor h, c;         // (B, H)
    Tensor past, steps;  // (B, N H): h_1 ... h_N; (B, 1): how many of them there are
    void visit(auto&& f) { f("h", h), f("c", c), f("past", past), f("steps", steps); }
  };

  Tensor weight_uh, weight_qh;  // (4H, H): the gates i f g o; (H, H)

  AttentiveLSTMCell(std::size_t input, std::size_t hidden, Rng& rng)
      : LSTMCell(input, hidden, rng),
        weight_uh(init::recurrent({4 * hidden, hidden}, hidden, rng)),
        weight_qh(init::recurrent({hidden, hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const {
    const auto [h, c] = LSTMCell::zero_state(batch);
    return {h, c, zero_hidden(batch, N * h.size(1)), zero_hidden(batch, 1)};
  }
  static const Tensor& output(const State& s) { return s.h; }

  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const auto [h, c] = LSTMCell::step(affine(look_back(s, h_prev), weight_uh, x), {s.h, s.c}, h_prev);
    const auto kept = static_cast<std::ptrdiff_t>((N - 1) * h.size(1));
    return {h, c, concat({h, slice(s.past, 1, 0, kept)}, 1), minimum(s.steps + 1, Scalar(N))};
  }

  void visit(auto&& f) { LSTMCell::visit(f), f("weight_uh", weight_uh), f("weight_qh", weight_qh); }

 private:
  Tensor look_back(const State& s, const Tensor& h_prev) const {
    const std::size_t B = h_prev.size(0), H = h_prev.size(1);
    Array numbers(Shape{N});
    std::iota(numbers.begin(), numbers.end(), Scalar(0));
    const Tensor past = reshape(s.past, {B, N, H});
    const Tensor query = affine(h_prev, weight_qh, {}) * (1 / std::sqrt(static_cast<Scalar>(H)));
    const Tensor scores = matmul(reshape(query, {B, 1, H}), past, {.b = true});  // (B, 1, N)
    const Tensor a = masked_softmax(scores, reshape(greater(s.steps, Tensor(numbers)), {B, 1, N}));
    return reshape(matmul(a, past), {B, H});
  }
};

}  // namespace rw::inline REWIND_ABI::nn
