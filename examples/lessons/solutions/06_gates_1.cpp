// Lesson 6, exercise 1: the GRU's gate. h_t = (1 - z) n + z h_{t-1}: along the direct way a factor z.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/gru_cell.hpp"

using namespace rw;

// dh_T/dh_0 after T steps of a GRU of H = 1 whose weights are all 0: only the bias of z counts.
double kept(double bias, int T) {
  Rng rng(1);
  nn::GRUCell cell(1, 1, rng);
  cell.weight_ih = cell.weight_hh = nn::init::constant({3, 1}, 0);
  Array b(Shape{3}, 0.);
  b(1) = bias;  // the rows: r z n
  cell.bias_ih = parameter(b), cell.bias_hh = nn::init::constant({3}, 0);

  const Tensor h0 = parameter(Array(Shape{1, 1}, 0.5)), x = cell.project(Array(Shape{1, 1}, 1.));
  Tape tape;
  nn::HiddenState state{h0};
  for (int t = 0; t < T; ++t) state = cell.step(x, state, state.h);
  return tape.grad({state.h}, {h0})[0].item();
}

int main() {
  lessons::Claims claim;
  bool exact = true;
  fmt::print("bias of z    z       after 50 steps\n");
  for (const double bias : {0., 1., 2., 5.}) {
    const double z = 1 / (1 + std::exp(-bias)), left = kept(bias, 50);
    fmt::print("{:>9}{:>9.3f}{:>14.1e}\n", bias, z, left);
    exact = exact && std::abs(left / std::pow(z, 50) - 1) < 1e-12;
  }
  claim("exactly z^50", exact);
  return claim.failed();
}
