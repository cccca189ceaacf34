// A cell beside its formula, which is written with plain loops.
#pragma once

#include <cmath>
#include <vector>

#include "nn/recurrent.hpp"
#include "tests/nn/support.hpp"

namespace rw::test {

constexpr std::size_t D = 2, H = 3;
using Vector = std::vector<double>;

inline double sigma(double a) { return 1 / (1 + std::exp(-a)); }

// Row k of W times v, and b's element.
inline double row_times(const Tensor& W, std::size_t k, const Vector& v) {
  double sum = 0;
  for (std::size_t j = 0; j < v.size(); ++j) sum += static_cast<double>(W.value()(k, j)) * v[j];
  return sum;
}
inline double at(const Tensor& b, std::size_t k) { return static_cast<double>(b.value()(k)); }

// W_ih x + b_ih of row k, or W_hh h + b_hh.
double in(const auto& cell, std::size_t k, const Vector& x) {
  return row_times(cell.weight_ih, k, x) + at(cell.bias_ih, k);
}
double back(const auto& cell, std::size_t k, const Vector& h) {
  return row_times(cell.weight_hh, k, h) + at(cell.bias_hh, k);
}

struct Reference {
  Vector h = Vector(H), c = Vector(H);
  std::vector<Vector> past = {};  // the outputs, the newest first
};

// One sequence through the layer, its weights as prepare(cell) leaves them, and through next(cell, x, state).
template <class Cell>
void check_formula(auto&& next, auto&& prepare, std::size_t longest = 6) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    nn::Recurrent<Cell> layer(D, H, rng);
    for (Tensor& p : nn::parameters(layer)) p.mutate() = rng.normal(p.shape());
    prepare(layer.cell);
    const std::size_t T = 1 + rng.below(longest);
    const Tensor x = rng.normal({T, 1, D});
    const Array y = layer(x).outputs.value();
    Reference state;
    for (std::size_t t = 0; t < T; ++t) {
      Vector x_t(D);
      for (std::size_t d = 0; d < D; ++d) x_t[d] = static_cast<double>(x.value()(t, 0, d));
      state = next(layer.cell, x_t, state);
      for (std::size_t k = 0; k < H; ++k) CHECK(y(t, 0, k) == Approx(state.h[k]).margin(tolerance).epsilon(tolerance));
    }
  }
}

template <class Cell>
void check_formula(auto&& next) {
  check_formula<Cell>(next, [](const Cell&) {});
}

}  // namespace rw::test
