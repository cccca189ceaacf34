// Lesson 3: back-propagation through time, twice: once by hand, from the equations, and once by rewinding the tape.
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

#include <array>
#include <cmath>
#include <iostream>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

constexpr std::size_t T = 3, D = 2, H = 3;

struct Gradients {
  Array W{Shape{H, D}, 0.}, U{Shape{H, H}, 0.}, b{Shape{H}, 0.};
  Array d{Shape{T, H}, 0.};  // dL/dh_t
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
      g.d(t, i) = d;
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
  Tensors states;
  for (std::size_t t = 0; t < T; ++t) {
    const Scope scope("t", static_cast<std::ptrdiff_t>(t));
    h = tanh(affine(h, U, affine(share(x, {1, D}, t * D), W, b)));
    const Tensor error = h - share(y, {1, H}, t * H);
    loss = loss + 0.5 * sum(error * error);
    states.push_back(h), states.back().retain_grad();
  }
  fmt::print("The tape, {} entries; rewinding walks it from the last line to the first:\n\n", tape.size());
  std::cout.flush();
  tape.print(std::cout);
  tape.backward(loss);
  return {W.grad().value(), U.grad().value(), b.grad().value(),
          concat({states[0].grad(), states[1].grad(), states[2].grad()}).value()};
}

void print_rows(const char* name, const Array& hand, const Array& tape) {
  fmt::print("\n{:<8}{:>26}{:>30}\n", name, "by hand", "by the tape");
  for (std::size_t i = 0; i < 3; ++i) {
    fmt::print("{:<4}", i);
    for (const Array* a : {&hand, &tape}) fmt::print("{:>10.4f}{:>10.4f}{:>10.4f}", (*a)(i, 0), (*a)(i, 1), (*a)(i, 2));
    fmt::print("\n");
  }
}

int main() {
  Rng rng(1);
  const Array W = rng.normal({H, D}), U = rng.normal({H, H}), b = rng.normal({H});
  const Array x = rng.normal({T, D}), y = rng.normal({T, H});
  const Gradients tape = by_tape(W, U, b, x, y), hand = by_hand(W, U, b, x, y);
  print_rows("dL/dh_t", hand.d, tape.d);
  print_rows("dL/dU", hand.U, tape.U);
  fmt::print("\n");

  lessons::Claims claim;
  claim("dL/dh_t: they differ by less than 1e-12", lessons::same(hand.d, tape.d));
  claim("dL/dU:   they differ by less than 1e-12", lessons::same(hand.U, tape.U));
  claim("dL/dW:   they differ by less than 1e-12", lessons::same(hand.W, tape.W));
  claim("dL/db:   they differ by less than 1e-12", lessons::same(hand.b, tape.b));
  return claim.failed();
}
