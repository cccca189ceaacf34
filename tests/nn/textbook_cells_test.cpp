// Cells in the form of textbooks: one weight W (K H, H + D) over [h, x], and b (K H).
#include <cmath>

#include "nn/cells/cells.hpp"
#include "tests/nn/cell_formula.hpp"

using namespace rw;
using namespace rw::test;

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
