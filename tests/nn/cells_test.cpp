// Each cell against its formula, written with plain loops.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "nn/cells/cells.hpp"
#include "tests/nn/cell_formula.hpp"

using namespace rw;
using namespace rw::test;

namespace {

// (x - mean) / sqrt(var + 1e-5) gain + bias
Vector layer_normed(const Vector& x, const Tensor& gain, const Tensor& bias) {
  double mean = 0, var = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) var += (v - mean) * (v - mean) / static_cast<double>(x.size());
  Vector y(x.size());
  for (std::size_t k = 0; k < y.size(); ++k) y[k] = (x[k] - mean) / std::sqrt(var + 1e-5) * at(gain, k) + at(bias, k);
  return y;
}

}  // namespace

TEST_CASE("RNN: tanh, relu, and the one that starts as the identity") {
  const auto with = [](auto f) {
    return [f](const auto& cell, const Vector& x, Reference s) {
      Reference next;
      for (std::size_t k = 0; k < H; ++k) next.h[k] = f(in(cell, k, x) + back(cell, k, s.h));
      return next;
    };
  };
  check_formula<nn::RNNCell>(with([](double a) { return std::tanh(a); }));
  check_formula<nn::ReluRNNCell>(with([](double a) { return std::max(a, 0.); }));
  check_formula<nn::IRNNCell>(with([](double a) { return std::max(a, 0.); }));
  Rng rng(2);
  const nn::IRNNCell cell(D, H, rng);
  const Tensor h = rng.uniform({2, H}, 0, 1);
  CHECK((cell.step(Array(Shape{2, H}, 0), {h}, h).h.value() == h.value()));
}

TEST_CASE("LSTM, with peepholes, with coupled gates") {
  check_formula<nn::LSTMCell>([](const nn::LSTMCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    for (std::size_t k = 0; k < H; ++k) {
      const auto gate = [&](std::size_t n) { return in(cell, n * H + k, x) + back(cell, n * H + k, s.h); };
      next.c[k] = sigma(gate(1)) * s.c[k] + sigma(gate(0)) * std::tanh(gate(2));
      next.h[k] = sigma(gate(3)) * std::tanh(next.c[k]);
    }
    return next;
  });
  check_formula<nn::PeepholeLSTMCell>([](const nn::PeepholeLSTMCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    for (std::size_t k = 0; k < H; ++k) {
      const auto gate = [&](std::size_t n) { return in(cell, n * H + k, x) + back(cell, n * H + k, s.h); };
      const double i = sigma(gate(0) + at(cell.weight_ci, k) * s.c[k]),
                   f = sigma(gate(1) + at(cell.weight_cf, k) * s.c[k]);
      next.c[k] = f * s.c[k] + i * std::tanh(gate(2));
      next.h[k] = sigma(gate(3) + at(cell.weight_co, k) * next.c[k]) * std::tanh(next.c[k]);
    }
    return next;
  });
  check_formula<nn::CoupledLSTMCell>([](const nn::CoupledLSTMCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    for (std::size_t k = 0; k < H; ++k) {
      const auto gate = [&](std::size_t n) { return in(cell, n * H + k, x) + back(cell, n * H + k, s.h); };
      const double f = sigma(gate(0));
      next.c[k] = f * s.c[k] + (1 - f) * std::tanh(gate(1));
      next.h[k] = sigma(gate(2)) * std::tanh(next.c[k]);
    }
    return next;
  });
}

TEST_CASE("LSTM that looks back at its last outputs") {
  using Cell = nn::AttentiveLSTMCell;
  const auto next_state = [](const Cell& cell, const Vector& x, const Reference& s) {
    Vector query(H), worth(s.past.size()), u(H);
    for (std::size_t k = 0; k < H; ++k) query[k] = row_times(cell.weight_qh, k, s.h) / std::sqrt(double(H));
    double total = 0;
    for (std::size_t j = 0; j < worth.size(); ++j)
      total += worth[j] = std::exp(std::inner_product(query.begin(), query.end(), s.past[j].begin(), 0.));
    for (std::size_t j = 0; j < worth.size(); ++j)
      for (std::size_t k = 0; k < H; ++k) u[k] += worth[j] / total * s.past[j][k];
    Reference next;
    for (std::size_t k = 0; k < H; ++k) {
      const auto gate = [&](std::size_t n) {
        return in(cell, n * H + k, x) + back(cell, n * H + k, s.h) + row_times(cell.weight_uh, n * H + k, u);
      };
      next.c[k] = sigma(gate(1)) * s.c[k] + sigma(gate(0)) * std::tanh(gate(2));
      next.h[k] = sigma(gate(3)) * std::tanh(next.c[k]);
    }
    next.past = s.past;
    next.past.insert(next.past.begin(), next.h);
    next.past.resize(std::min(next.past.size(), Cell::N));
    return next;
  };
  check_formula<Cell>(
      next_state, [](const Cell&) {}, 2 * Cell::N);
}

TEST_CASE("LSTM with layer normalisation") {
  check_formula<nn::LayerNormLSTMCell>([](const nn::LayerNormLSTMCell& cell, const Vector& x, const Reference& s) {
    Vector from_x(4 * H), from_h(4 * H);
    for (std::size_t k = 0; k < 4 * H; ++k)
      from_x[k] = row_times(cell.weight_ih, k, x), from_h[k] = row_times(cell.weight_hh, k, s.h);
    from_x = layer_normed(from_x, cell.gain_ih, cell.bias_ih),
    from_h = layer_normed(from_h, cell.gain_hh, cell.bias_hh);
    Reference next;
    const auto gate = [&](std::size_t n, std::size_t k) { return from_x[n * H + k] + from_h[n * H + k]; };
    for (std::size_t k = 0; k < H; ++k)
      next.c[k] = sigma(gate(1, k)) * s.c[k] + sigma(gate(0, k)) * std::tanh(gate(2, k));
    const Vector normed = layer_normed(next.c, cell.gain_c, cell.bias_c);
    for (std::size_t k = 0; k < H; ++k) next.h[k] = sigma(gate(3, k)) * std::tanh(normed[k]);
    return next;
  });
}

TEST_CASE("GRU in both forms, MGU, minGRU") {
  check_formula<nn::GRUCell>([](const nn::GRUCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    for (std::size_t k = 0; k < H; ++k) {
      const double r = sigma(in(cell, k, x) + back(cell, k, s.h)),
                   z = sigma(in(cell, H + k, x) + back(cell, H + k, s.h));
      next.h[k] = (1 - z) * std::tanh(in(cell, 2 * H + k, x) + r * back(cell, 2 * H + k, s.h)) + z * s.h[k];
    }
    return next;
  });
  check_formula<nn::GRUResetBeforeCell>([](const nn::GRUResetBeforeCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    Vector reset(H);
    for (std::size_t k = 0; k < H; ++k) reset[k] = sigma(in(cell, k, x) + row_times(cell.weight_hh, k, s.h)) * s.h[k];
    for (std::size_t k = 0; k < H; ++k) {
      const double z = sigma(in(cell, H + k, x) + row_times(cell.weight_hh, H + k, s.h));
      next.h[k] = (1 - z) * std::tanh(in(cell, 2 * H + k, x) + row_times(cell.weight_hn, k, reset)) + z * s.h[k];
    }
    return next;
  });
  check_formula<nn::MGUCell>([](const nn::MGUCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    Vector f(H), kept(H);
    for (std::size_t k = 0; k < H; ++k)
      f[k] = sigma(in(cell, k, x) + row_times(cell.weight_hf, k, s.h)), kept[k] = f[k] * s.h[k];
    for (std::size_t k = 0; k < H; ++k)
      next.h[k] = (1 - f[k]) * s.h[k] + f[k] * std::tanh(in(cell, H + k, x) + row_times(cell.weight_hn, k, kept));
    return next;
  });
  check_formula<nn::MinGRUCell>([](const nn::MinGRUCell& cell, const Vector& x, const Reference& s) {
    Reference next;
    for (std::size_t k = 0; k < H; ++k) {
      const double z = sigma(in(cell, k, x));
      next.h[k] = (1 - z) * s.h[k] + z * in(cell, H + k, x);
    }
    return next;
  });
}
