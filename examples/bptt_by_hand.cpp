// Back-propagation through time, twice: once by hand, from the equations, and once by rewinding the tape.
//
// A vanilla RNN over T = 3 steps, with a squared error at each step:
//
//   h_t = tanh(W x_t + U h_{t-1} + b),   L = sum_t |h_t - y_t|^2 / 2
//
// By hand: let d_t = dL / dh_t and a_t = dL / d(W x_t + U h_{t-1} + b). Then, from the last step to the first,
//
//   d_t = (h_t - y_t) + U^T a_{t+1}          what step t itself lost, and what comes back from step t + 1
//   a_t = d_t * (1 - h_t^2)                  through tanh
//   dL/dW = sum_t a_t x_t^T    dL/dU = sum_t a_t h_{t-1}^T    dL/db = sum_t a_t
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

using namespace rw;

constexpr std::size_t T = 3, D = 2, H = 3;

struct Gradients {
  Array W{Shape{H, D}, 0.}, U{Shape{H, H}, 0.}, b{Shape{H}, 0.};
};

// Plain loops over plain numbers; nothing here knows of tensors or tapes.
Gradients by_hand(const Array& W, const Array& U, const Array& b, const Array& x, const Array& y) {
  std::array<std::array<double, H>, T + 1> h{};  // h[t + 1] is h_t; h[0] is the zero state
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t i = 0; i < H; ++i) {
      double s = b(i);
      for (std::size_t j = 0; j < D; ++j) s += W(i, j) * x(t, j);
      for (std::size_t j = 0; j < H; ++j) s += U(i, j) * h[t][j];
      h[t + 1][i] = std::tanh(s);
    }

  Gradients g;
  std::array<double, H> a_next{};  // a_{t+1}; zero behind the last step
  for (std::size_t t = T; t-- > 0;) {
    std::array<double, H> a{};
    for (std::size_t i = 0; i < H; ++i) {
      double d = h[t + 1][i] - y(t, i);
      for (std::size_t k = 0; k < H; ++k) d += U(k, i) * a_next[k];
      a[i] = d * (1 - h[t + 1][i] * h[t + 1][i]);
    }
    for (std::size_t i = 0; i < H; ++i) {
      for (std::size_t j = 0; j < D; ++j) g.W(i, j) += a[i] * x(t, j);
      for (std::size_t j = 0; j < H; ++j) g.U(i, j) += a[i] * h[t][j];
      g.b(i) += a[i];
    }
    a_next = a;
  }
  return g;
}

// The same network in tensors; rewinding the tape does the rest.
Gradients by_tape(const Array& W0, const Array& U0, const Array& b0, const Array& x, const Array& y) {
  const Tensor W = parameter(W0), U = parameter(U0), b = parameter(b0);
  Tape tape;
  Tensor h = Array(Shape{1, H}, 0.), loss = 0.;
  for (std::size_t t = 0; t < T; ++t) {
    const Scope scope("t", static_cast<std::ptrdiff_t>(t));
    h = tanh(affine(share(x, {1, D}, t * D), W, b) + affine(h, U, Tensor()));
    const Tensor error = h - share(y, {1, H}, t * H);
    loss = loss + 0.5 * sum(error * error);
  }
  fmt::print("The tape, {} entries; rewinding walks it from the last line to the first:\n\n", tape.size());
  std::cout.flush();
  tape.print(std::cout);
  tape.backward(loss);
  return {W.grad().value(), U.grad().value(), b.grad().value()};
}

double compare(const char* name, const Array& hand, const Array& tape) {
  double worst = 0;
  fmt::print("\n{:<8} {:>24} {:>24} {:>12}\n", name, "by hand", "by the tape", "difference");
  for (std::size_t i = 0; i < hand.size(); ++i) {
    const double p = hand.data()[i], q = tape.data()[i];
    worst = std::max(worst, std::abs(p - q));
    fmt::print("{:<8} {:>24.17f} {:>24.17f} {:>12.1e}\n", i, p, q, std::abs(p - q));
  }
  return worst;
}

int main() {
  Rng rng(1);
  const Array W = rng.normal({H, D}), U = rng.normal({H, H}), b = rng.normal({H});
  const Array x = rng.normal({T, D}), y = rng.normal({T, H});
  const Gradients tape = by_tape(W, U, b, x, y), hand = by_hand(W, U, b, x, y);
  const double worst =
      std::max({compare("dL/dW", hand.W, tape.W), compare("dL/dU", hand.U, tape.U), compare("dL/db", hand.b, tape.b)});
  fmt::print("\nlargest difference: {:.1e}\n", worst);
  return worst < 1e-12 ? 0 : 1;
}
