// Each cell against its formula, written with plain loops; and the textbooks' forms with one weight over [h, x].
#include <algorithm>
#include <cmath>
#include <numeric>

#include "nn/cells/cells.hpp"
#include "nn/recurrent.hpp"
#include "tests/nn/support.hpp"

using namespace rw;

namespace {

constexpr std::size_t D = 2, H = 3;
using Vector = std::vector<double>;

double sigma(double a) { return 1 / (1 + std::exp(-a)); }

// Row k of W times v, and b's element.
double row_times(const Tensor& W, std::size_t k, const Vector& v) {
  double sum = 0;
  for (std::size_t j = 0; j < v.size(); ++j) sum += static_cast<double>(W.value()(k, j)) * v[j];
  return sum;
}
double at(const Tensor& b, std::size_t k) { return static_cast<double>(b.value()(k)); }

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

// ---- the textbooks' forms: W (K H, H + D) over [h, x], b (K H) ----

namespace {

struct Textbook {
  Array W, b;

  Textbook(std::size_t gates, Rng& rng) : W(rng.normal({gates * H, H + D})), b(rng.normal({gates * H})) {}

  double row(std::size_t k, const Vector& h, const Vector& x) const {
    double sum = static_cast<double>(b(k));
    for (std::size_t j = 0; j < H; ++j) sum += static_cast<double>(W(k, j)) * h[j];
    for (std::size_t j = 0; j < D; ++j) sum += static_cast<double>(W(k, H + j)) * x[j];
    return sum;
  }
};

// The cell's gate n is the textbook's gate order[n], times sign[n]. The first H columns are W_hh, the others W_ih; one
// of the cell's two biases is 0.
struct Rearranged {
  Tensor weight_ih, weight_hh, bias;

  Rearranged(const Textbook& t, const std::vector<std::size_t>& order, const std::vector<Scalar>& sign) {
    const auto h = static_cast<std::ptrdiff_t>(H), d = static_cast<std::ptrdiff_t>(D);
    Tensors rows, biases;
    for (std::size_t n = 0; n < order.size(); ++n) {
      const auto begin = static_cast<std::ptrdiff_t>(order[n] * H);
      rows.push_back(slice(t.W, 0, begin, begin + h) * Tensor(sign[n]));
      biases.push_back(slice(t.b, 0, begin, begin + h) * Tensor(sign[n]));
    }
    const Tensor all = concat(rows);
    weight_hh = slice(all, 1, 0, h), weight_ih = slice(all, 1, h, h + d), bias = concat(biases);
  }
};

void set_two_biases(auto& cell, const Rearranged& w) {
  cell.weight_ih = w.weight_ih, cell.weight_hh = w.weight_hh, cell.bias_ih = w.bias;
  cell.bias_hh = Array(w.bias.shape(), Scalar(0));
}

}  // namespace

TEST_CASE("textbook RNN: h' = tanh(W [h, x] + b)") {
  Rng rng(3);
  const Textbook t(1, rng);
  check_formula<nn::RNNCell>(
      [&](const nn::RNNCell&, const Vector& x, const Reference& s) {
        Reference next;
        for (std::size_t k = 0; k < H; ++k) next.h[k] = std::tanh(t.row(k, s.h, x));
        return next;
      },
      [&](nn::RNNCell& cell) { set_two_biases(cell, Rearranged(t, {0}, {1})); });
}

TEST_CASE("textbook LSTM: one W over [h, x], its gates in the order f i g o or f i o g") {
  Rng rng(4);
  const Textbook t(4, rng);
  const auto check = [&](std::size_t f, std::size_t i, std::size_t g, std::size_t o) {
    check_formula<nn::LSTMCell>(
        [&](const nn::LSTMCell&, const Vector& x, const Reference& s) {
          Reference next;
          for (std::size_t k = 0; k < H; ++k) {
            next.c[k] = sigma(t.row(f * H + k, s.h, x)) * s.c[k] +
                        sigma(t.row(i * H + k, s.h, x)) * std::tanh(t.row(g * H + k, s.h, x));
            next.h[k] = sigma(t.row(o * H + k, s.h, x)) * std::tanh(next.c[k]);
          }
          return next;
        },
        [&](nn::LSTMCell& cell) {
          set_two_biases(cell, Rearranged(t, {i, f, g, o}, {1, 1, 1, 1}));
        });
  };
  check(0, 1, 2, 3);
  check(0, 1, 3, 2);
}

// Here z keeps the old state, so the textbook's z is 1 - z: sigmoid(-a) = 1 - sigmoid(a).
TEST_CASE("textbook GRU: r acts on h before the product, h' = (1 - z) h + z n") {
  Rng rng(5);
  const Textbook t(3, rng);  // z r n
  check_formula<nn::GRUResetBeforeCell>(
      [&](const nn::GRUResetBeforeCell&, const Vector& x, const Reference& s) {
        Reference next;
        Vector reset(H);
        for (std::size_t k = 0; k < H; ++k) reset[k] = sigma(t.row(H + k, s.h, x)) * s.h[k];
        for (std::size_t k = 0; k < H; ++k) {
          const double z = sigma(t.row(k, s.h, x)), n = std::tanh(t.row(2 * H + k, reset, x));
          next.h[k] = (1 - z) * s.h[k] + z * n;
        }
        return next;
      },
      [&](nn::GRUResetBeforeCell& cell) {
        const Rearranged w(t, {1, 0, 2}, {1, -1, 1});
        const auto h = static_cast<std::ptrdiff_t>(H);
        cell.weight_ih = w.weight_ih, cell.bias_ih = w.bias;
        cell.weight_hh = slice(w.weight_hh, 0, 0, 2 * h), cell.weight_hn = slice(w.weight_hh, 0, 2 * h, 3 * h);
      });
}
