// Lesson 6: why gates help. The LSTM's memory c has a way back on which a gradient meets no weight matrix and no tanh:
//
//   c_t = f c_{t-1} + i g      dc_t/dc_{t-1} = f, along that way: a gate, which the network itself sets
#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/cells/rnn_cell.hpp"

using namespace rw;

constexpr std::size_t T = 50, H = 16;
constexpr std::size_t distances[] = {1, 10, 25, 50};

double norm(const Array& a) {
  double s = 0;
  for (const Scalar v : a) s += v * v;
  return std::sqrt(s);
}

// |dL/ds_{T-d}| / |dL/ds_T| of a state's part s, by distance d; dL/ds_T is a random vector.
template <class Cell>
std::vector<double> gradient_by_distance(const Cell& cell, Tensor Cell::State::*part) {
  Rng rng(2);
  const Array x = rng.normal({T, 1, H}), v = rng.normal({1, H});
  typename Cell::State state = cell.zero_state(1);
  state.visit([](const auto&, Tensor& s) { s = parameter(s.value()); });
  Tape tape;
  const Tensor projected = cell.project(x);
  Tensors states{state.*part};
  for (std::size_t t = 0; t < T; ++t) {
    state = cell.step(select(projected, 0, static_cast<std::ptrdiff_t>(t)), state, state.h);
    states.push_back(state.*part);
  }
  const Tensors gradients = tape.grad({states.back()}, states, {v});
  std::vector<double> ratios;
  for (std::size_t d = 0; d <= T; ++d) ratios.push_back(norm(gradients[T - d].value()) / norm(v));
  return ratios;
}

void print(const char* name, const std::vector<double>& ratios) {
  fmt::print("{:<32}", name);
  for (const std::size_t d : distances) fmt::print("{:>9.1e}", ratios[d]);
  fmt::print("{:>11.2f}\n", std::pow(ratios[T], 1. / T));
}

int main() {
  lessons::Claims claim;
  fmt::print("{:<32}{:>9}{:>9}{:>9}{:>9}{:>11}\n", "gradient d steps back", "d = 1", "10", "25", "50", "a step");

  // Without weights the gates are constants, f = sigmoid(bias), and the way back is exactly f^d.
  Rng rng(1);
  bool exact = true;
  for (const double bias : {0., 2., 5.}) {
    nn::LSTMCell cell(H, H, rng);
    cell.weight_ih = nn::init::constant({4 * H, H}, 0), cell.weight_hh = nn::init::constant({4 * H, H}, 0);
    cell.set_forget_bias(bias);
    const std::vector<double> c = gradient_by_distance(cell, &nn::LSTMCell::State::c);
    print(fmt::format("c, no weights, forget bias {:g}", bias).c_str(), c);
    const double f = 1 / (1 + std::exp(-bias));
    for (std::size_t d = 0; d <= T; ++d) exact = exact && std::abs(c[d] / std::pow(f, d) - 1) < 1e-12;
  }

  // With the usual random weights.
  std::vector<std::vector<double>> usual;
  usual.push_back(gradient_by_distance(nn::RNNCell(H, H, rng), &nn::HiddenState::h));
  print("h of an RNN", usual.back());
  for (const double bias : {0., 1., 2., 5.}) {
    Rng same(1);
    nn::LSTMCell cell(H, H, same);
    cell.set_forget_bias(bias);
    usual.push_back(gradient_by_distance(cell, &nn::LSTMCell::State::c));
    print(fmt::format("c of an LSTM, forget bias {:g}", bias).c_str(), usual.back());
  }
  fmt::print("\n");
  claim("without weights: exactly sigmoid(bias)^d", exact);
  bool ordered = true;
  for (std::size_t i = 1; i + 1 < usual.size(); ++i) ordered = ordered && usual[i][T] < usual[i + 1][T];
  claim("a larger forget bias keeps more", ordered);
  claim("the RNN keeps least", usual[0][T] < usual[1][T]);
  claim("with bias 5, after 50 steps more than a tenth is left", usual.back()[T] > 0.1);
  return claim.failed();
}
