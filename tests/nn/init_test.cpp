// How parameters start.
#include "nn/init.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/ops.hpp"
#include "nn/cells/cells.hpp"

using namespace rw;

namespace {

double largest(const Tensor& x) {
  const Array& a = x.value();
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(static_cast<double>(a.data()[i])));
  return most;
}

// A bound is kept, and nearly reached.
void check_uniform(const Tensor& x, double bound) {
  CHECK(largest(x) <= bound * (1 + 1e-6));
  CHECK(largest(x) > bound * 0.9);
}

}  // namespace

TEST_CASE("uniform and Glorot keep their bounds") {
  Rng rng(1);
  check_uniform(nn::init::uniform({40, 10}, 0.3, rng), 0.3);
  check_uniform(nn::init::glorot(10, 14, rng, 4), 0.5);  // sqrt(6 / 24)
  CHECK(nn::init::glorot(10, 14, rng, 4).shape() == Shape{40, 14});
}

TEST_CASE("orthogonal: rows or columns of each gate are orthonormal") {
  Rng rng(2);
  for (const auto& [out, in] : {std::pair<std::size_t, std::size_t>{5, 5}, {7, 4}, {4, 7}}) {
    const Tensor weight = nn::init::orthogonal(out, in, rng, 3);
    REQUIRE(weight.shape() == Shape{3 * out, in});
    for (const Tensor& w : split(weight, 3)) {
      const Tensor gram = out >= in ? matmul(w, w, {.a = true}) : matmul(w, w, {.b = true});
      const std::size_t n = std::min(out, in);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) CHECK(gram.value()(i, j) == Approx(i == j).margin(1e-5));
    }
  }
}

TEMPLATE_TEST_CASE("cells start as PyTorch's do: uniform in +-1 / sqrt(H)", "", nn::RNNCell, nn::LSTMCell,
                   nn::GRUCell) {
  Rng rng(3);
  TestType cell(9, 64, rng);
  cell.visit([](const char*, const Tensor& parameter) { check_uniform(parameter, 1. / 8); });
}

TEST_CASE("a forget gate's bias is the sum of both") {
  Rng rng(4);
  nn::LSTMCell cell(3, 5, rng);
  const Array before = cell.bias_ih.value() + cell.bias_hh.value();
  cell.set_forget_bias(1);
  const Array after = cell.bias_ih.value() + cell.bias_hh.value();
  for (std::size_t i = 0; i < 20; ++i) CHECK(after(i) == (i >= 5 && i < 10 ? Scalar(1) : before(i)));
}
