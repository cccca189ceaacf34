// Lesson 3, exercise 2: the GRU by hand. L = sum_t |h_t|^2 / 2; P = W x + p, Q = U h_{t-1} + q, each with rows r z n.
//
//   n = tanh(P_n + r Q_n),  h_t = (1 - z) n + z h_{t-1},  from the last step to the first:
//   d = h_t + z_{t+1} d_{t+1} + U^T b_{t+1}
//   a_n = d (1 - z) (1 - n^2)    a_z = d (h_{t-1} - n) z (1 - z)    a_r = a_n Q_n r (1 - r)     wrt P
//   b_n = a_n r                  b_z = a_z                          b_r = a_r                   wrt Q
#include <array>
#include <cmath>

#include "examples/lessons/claims.hpp"
#include "nn/cells/gru_cell.hpp"
#include "nn/recurrent.hpp"

using namespace rw;

constexpr std::size_t T = 5, size_x = 2, size_h = 3;
using Vector = std::array<double, size_h>;

struct Gradients {
  Array W{Shape{3 * size_h, size_x}, 0.}, U{Shape{3 * size_h, size_h}, 0.}, p{Shape{3 * size_h}, 0.},
      q{Shape{3 * size_h}, 0.};
};

double row(const Array& W, const Array& b, std::size_t r, const double* v, std::size_t n) {
  double s = b(r);
  for (std::size_t j = 0; j < n; ++j) s += W(r, j) * v[j];
  return s;
}

Gradients by_hand(const nn::GRUCell& cell, const Array& x) {
  const Array &W = cell.weight_ih.value(), &U = cell.weight_hh.value();
  const Array &p = cell.bias_ih.value(), &q = cell.bias_hh.value();
  const auto P = [&](std::size_t t, std::size_t i) { return row(W, p, i, x.data() + t * size_x, size_x); };
  std::array<Vector, T + 1> h{};  // h[t + 1] is h_t
  std::array<Vector, T> r{}, z{}, n{}, Qn{};
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t u = 0; u < size_h; ++u) {
      const auto Q = [&](std::size_t i) { return row(U, q, i, h[t].data(), size_h); };
      r[t][u] = 1 / (1 + std::exp(-P(t, u) - Q(u)));
      z[t][u] = 1 / (1 + std::exp(-P(t, size_h + u) - Q(size_h + u)));
      Qn[t][u] = Q(2 * size_h + u);
      n[t][u] = std::tanh(P(t, 2 * size_h + u) + r[t][u] * Qn[t][u]);
      h[t + 1][u] = (1 - z[t][u]) * n[t][u] + z[t][u] * h[t][u];
    }
  Gradients g;
  Vector d{};
  for (std::size_t t = T; t-- > 0;) {
    std::array<double, 3 * size_h> a{}, b{};
    for (std::size_t u = 0; u < size_h; ++u) {
      d[u] += h[t + 1][u];
      a[2 * size_h + u] = d[u] * (1 - z[t][u]) * (1 - n[t][u] * n[t][u]),
                     b[2 * size_h + u] = a[2 * size_h + u] * r[t][u];
      b[size_h + u] = a[size_h + u] = d[u] * (h[t][u] - n[t][u]) * z[t][u] * (1 - z[t][u]);
      b[u] = a[u] = a[2 * size_h + u] * Qn[t][u] * r[t][u] * (1 - r[t][u]);
      d[u] *= z[t][u];
    }
    for (std::size_t i = 0; i < 3 * size_h; ++i) {
      for (std::size_t j = 0; j < size_x; ++j) g.W(i, j) += a[i] * x(t, 0, j);
      for (std::size_t j = 0; j < size_h; ++j) g.U(i, j) += b[i] * h[t][j], d[j] += U(i, j) * b[i];
      g.p(i) += a[i], g.q(i) += b[i];
    }
  }
  return g;
}

int main() {
  Rng rng(1);
  const nn::Recurrent<nn::GRUCell> layer(size_x, size_h, rng);
  const Array x = rng.normal({T, 1, size_x});
  const Gradients hand = by_hand(layer.cell, x);

  Tape tape;
  const Tensor h = layer(x).outputs;
  tape.backward(0.5 * sum(h * h));
  lessons::Claims claim;
  claim("GRU, dL/dW_ih: they differ by less than 1e-12", lessons::same(hand.W, layer.cell.weight_ih.grad().value()));
  claim("GRU, dL/dW_hh: they differ by less than 1e-12", lessons::same(hand.U, layer.cell.weight_hh.grad().value()));
  claim("GRU, dL/db_ih: they differ by less than 1e-12", lessons::same(hand.p, layer.cell.bias_ih.grad().value()));
  claim("GRU, dL/db_hh: they differ by less than 1e-12", lessons::same(hand.q, layer.cell.bias_hh.grad().value()));
  return claim.failed();
}
