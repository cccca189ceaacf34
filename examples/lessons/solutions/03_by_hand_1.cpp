// Lesson 3, exercise 1: the LSTM by hand. L = sum_t |h_t|^2 / 2. With y = tanh(c_t), from the last step to the first:
//
//   dh = h_t + U^T a_{t+1}             dc = f_{t+1} dc_{t+1} + dh o (1 - y^2)
//   a_i = dc g i (1 - i)    a_f = dc c_{t-1} f (1 - f)    a_g = dc i (1 - g^2)    a_o = dh y o (1 - o)
#include <array>
#include <cmath>

#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/recurrent.hpp"

using namespace rw;

constexpr std::size_t T = 5, size_x = 2, size_h = 3;

struct Gradients {
  Array W{Shape{4 * size_h, size_x}, 0.}, U{Shape{4 * size_h, size_h}, 0.}, b{Shape{4 * size_h}, 0.};
};

Gradients by_hand(const Array& W, const Array& U, const Array& b, const Array& x) {
  std::array<std::array<double, size_h>, T + 1> h{}, c{};  // h[t + 1] is h_t
  std::array<std::array<double, 4 * size_h>, T> gate{};    // i f g o, after their sigmoid or tanh
  for (std::size_t t = 0; t < T; ++t) {
    for (std::size_t r = 0; r < 4 * size_h; ++r) {
      double s = b(r);
      for (std::size_t j = 0; j < size_x; ++j) s += W(r, j) * x(t, 0, j);
      for (std::size_t j = 0; j < size_h; ++j) s += U(r, j) * h[t][j];
      gate[t][r] = r / size_h == 2 ? std::tanh(s) : 1 / (1 + std::exp(-s));
    }
    for (std::size_t u = 0; u < size_h; ++u) {
      c[t + 1][u] = gate[t][size_h + u] * c[t][u] + gate[t][u] * gate[t][2 * size_h + u];
      h[t + 1][u] = gate[t][3 * size_h + u] * std::tanh(c[t + 1][u]);
    }
  }
  Gradients grad;
  std::array<double, size_h> dh{}, dc{};
  for (std::size_t t = T; t-- > 0;) {
    std::array<double, 4 * size_h> a{};
    for (std::size_t u = 0; u < size_h; ++u) {
      const double i = gate[t][u], f = gate[t][size_h + u], g = gate[t][2 * size_h + u], o = gate[t][3 * size_h + u];
      const double y = std::tanh(c[t + 1][u]);
      dh[u] += h[t + 1][u];
      dc[u] += dh[u] * o * (1 - y * y);
      a[u] = dc[u] * g * i * (1 - i), a[size_h + u] = dc[u] * c[t][u] * f * (1 - f);
      a[2 * size_h + u] = dc[u] * i * (1 - g * g), a[3 * size_h + u] = dh[u] * y * o * (1 - o);
      dh[u] = 0, dc[u] *= f;
    }
    for (std::size_t r = 0; r < 4 * size_h; ++r) {
      for (std::size_t j = 0; j < size_x; ++j) grad.W(r, j) += a[r] * x(t, 0, j);
      for (std::size_t j = 0; j < size_h; ++j) grad.U(r, j) += a[r] * h[t][j], dh[j] += U(r, j) * a[r];
      grad.b(r) += a[r];
    }
  }
  return grad;
}

int main() {
  Rng rng(1);
  const nn::Recurrent<nn::LSTMCell> layer(size_x, size_h, rng);
  const auto& [W, U, p, q] =
      std::tie(layer.cell.weight_ih, layer.cell.weight_hh, layer.cell.bias_ih, layer.cell.bias_hh);
  const Array x = rng.normal({T, 1, size_x});
  const Gradients hand = by_hand(W.value(), U.value(), (p + q).value(), x);

  Tape tape;
  const Tensor h = layer(x).outputs;
  tape.backward(0.5 * sum(h * h));
  lessons::Claims claim;
  claim("LSTM, dL/dW_ih: they differ by less than 1e-12", lessons::same(hand.W, W.grad().value()));
  claim("LSTM, dL/dW_hh: they differ by less than 1e-12", lessons::same(hand.U, U.grad().value()));
  claim("LSTM, dL/db:    they differ by less than 1e-12", lessons::same(hand.b, p.grad().value()));
  return claim.failed();
}
