// The table: every operation of ops.hpp has a row, here or in its family's file. What a row is checked for:
// cases.hpp.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/autograd/cases.hpp"

using namespace cases;
using namespace reference;
using namespace rw;
using X = const Tensors&;  // the inputs of an operation
using V = const double*;   // the inputs of its reference
constexpr Domain any = Domain::any, positive = Domain::positive, away = Domain::away_from_zero,
                 integer = Domain::integer, mask = Domain::mask;

TEST_CASE("elementwise operations") {
  // clang-format off
  check_elementwise("add", [](X x) { return x[0] + x[1]; }, [](V v) { return v[0] + v[1]; }, {any, any});
  check_elementwise("sub", [](X x) { return x[0] - x[1]; }, [](V v) { return v[0] - v[1]; }, {any, any});
  check_elementwise("mul", [](X x) { return x[0] * x[1]; }, [](V v) { return v[0] * v[1]; }, {any, any});
  check_elementwise("div", [](X x) { return x[0] / x[1]; }, [](V v) { return v[0] / v[1]; }, {any, positive});
  check_elementwise("neg", [](X x) { return -x[0]; }, [](V v) { return -v[0]; });
  check_elementwise("exp", [](X x) { return exp(x[0]); }, [](V v) { return std::exp(v[0]); });
  check_elementwise("log", [](X x) { return log(x[0]); }, [](V v) { return std::log(v[0]); }, {positive});
  check_elementwise("log1p", [](X x) { return log1p(x[0]); }, [](V v) { return std::log1p(v[0]); }, {Domain::above_minus_half});
  check_elementwise("sqrt", [](X x) { return sqrt(x[0]); }, [](V v) { return std::sqrt(v[0]); }, {positive});
  check_elementwise("pow", [](X x) { return pow(x[0], x[1]); }, [](V v) { return std::pow(v[0], v[1]); }, {positive, any});
  check_elementwise("pow, negative base", [](X x) { return pow(x[0], 3); }, [](V v) { return v[0] * v[0] * v[0]; }, {away});
  check_elementwise("erf", [](X x) { return erf(x[0]); }, [](V v) { return std::erf(v[0]); });
  check_elementwise("abs", [](X x) { return abs(x[0]); }, [](V v) { return std::abs(v[0]); }, {away});
  check_elementwise("sign", [](X x) { return sign(x[0]); }, [](V v) { return double((v[0] > 0) - (v[0] < 0)); }, {away});
  check_elementwise("sign of integers", [](X x) { return sign(x[0]); }, [](V v) { return v[0]; }, {integer});
  check_elementwise("tanh", [](X x) { return tanh(x[0]); }, [](V v) { return std::tanh(v[0]); });
  check_elementwise("sigmoid", [](X x) { return sigmoid(x[0]); }, [](V v) { return 1 / (1 + std::exp(-v[0])); });
  check_elementwise("relu", [](X x) { return relu(x[0]); }, [](V v) { return std::max(v[0], 0.0); }, {away});
  check_elementwise("leaky_relu", [](X x) { return leaky_relu(x[0], Scalar(0.25)); }, [](V v) { return v[0] > 0 ? v[0] : 0.25 * v[0]; }, {away});
  check_elementwise("gelu", [](X x) { return gelu(x[0]); }, [](V v) { return v[0] * (1 + std::erf(v[0] / std::sqrt(2.0))) / 2; });
  check_elementwise("softplus", [](X x) { return softplus(x[0]); }, [](V v) { return std::log1p(std::exp(v[0])); });
  check_elementwise("silu", [](X x) { return silu(x[0]); }, [](V v) { return v[0] / (1 + std::exp(-v[0])); });
  check_elementwise("maximum", [](X x) { return maximum(x[0], x[1]); }, [](V v) { return std::max(v[0], v[1]); }, {any, any});
  check_elementwise("minimum", [](X x) { return minimum(x[0], x[1]); }, [](V v) { return std::min(v[0], v[1]); }, {any, any});
  check_elementwise("clamp", [](X x) { return clamp(x[0], Scalar(-0.75), 1); }, [](V v) { return std::clamp(v[0], -0.75, 1.0); });
  check_elementwise("greater", [](X x) { return greater(x[0], x[1]); }, [](V v) { return double(v[0] > v[1]); }, {any, any});
  check_elementwise("equal", [](X x) { return equal(x[0], x[1]); }, [](V v) { return double(v[0] == v[1]); }, {integer, integer});
  check_elementwise("equal, unequal", [](X x) { return equal(x[0], x[1]); }, [](V v) { return double(v[0] == v[1]); }, {any, any});
  check_elementwise("where", [](X x) { return where(x[0], x[1], x[2]); }, [](V v) { return v[0] != 0 ? v[1] : v[2]; }, {mask, any, any});
  check_elementwise("masked_fill", [](X x) { return masked_fill(x[0], x[1], Scalar(0.25)); }, [](V v) { return v[1] != 0 ? 0.25 : v[0]; }, {any, mask});
  // clang-format on
}

namespace {

// (B?, M, K) (B?, K, N), each possibly stored with its last two axes swapped
Reference product(bool a_swapped, bool b_swapped) {
  return [=](const Plains& x) -> Plains {
    const auto element = [](const Plain& p, bool swapped, Shape c, std::size_t i, std::size_t j) {
      c[c.size() - 2] = swapped ? j : i, c[c.size() - 1] = swapped ? i : j;
      return at(p, c);
    };
    const Shape &a = x[0].shape, &b = x[1].shape;
    Shape shape = a;
    shape[shape.size() - 2] = a_swapped ? a.back() : a[a.size() - 2];
    shape.back() = b_swapped ? b[b.size() - 2] : b.back();
    const std::size_t inner = a_swapped ? a[a.size() - 2] : a.back();
    return {make(shape, [&](const Shape& c) {
      double sum = 0;
      for (std::size_t k = 0; k < inner; ++k)
        sum += element(x[0], a_swapped, c, c[c.size() - 2], k) * element(x[1], b_swapped, c, k, c.back());
      return sum;
    })};
  };
}

}  // namespace

TEST_CASE("products") {
  const auto plain_product = [](X x) { return matmul(x[0], x[1]); };
  const auto a_swapped = [](X x) { return matmul(x[0], x[1], {true, false}); };
  const auto b_swapped = [](X x) { return matmul(x[0], x[1], {false, true}); };
  const auto both_swapped = [](X x) { return matmul(x[0], x[1], {true, true}); };
  for (const std::size_t k : {std::size_t{3}, std::size_t{1}, std::size_t{0}}) {
    check({"matmul", plain_product, {{Shape{2, k}}, {Shape{k, 4}}}, product(false, false)});
    check({"matmul a^T", a_swapped, {{Shape{k, 2}}, {Shape{k, 4}}}, product(true, false)});
    check({"matmul b^T", b_swapped, {{Shape{2, k}}, {Shape{4, k}}}, product(false, true)});
    check({"matmul a^T b^T", both_swapped, {{Shape{k, 2}}, {Shape{4, k}}}, product(true, true)});
    check({"batched matmul", plain_product, {{Shape{2, 1, k}}, {Shape{2, k, 2}}}, product(false, false)});
    check({"batched matmul a^T", a_swapped, {{Shape{2, k, 2}}, {Shape{2, k, 2}}}, product(true, false)});
    check({"batched matmul b^T", b_swapped, {{Shape{2, 2, k}}, {Shape{2, 2, k}}}, product(false, true)});
    check({"batched matmul a^T b^T", both_swapped, {{Shape{2, k, 2}}, {Shape{2, 2, k}}}, product(true, true)});
    check({"matmul (..., K) (K, N)", plain_product, {{Shape{2, 1, k}}, {Shape{k, 2}}}, product(false, false)});
    check({"matmul (..., K) (N, K)", b_swapped, {{Shape{2, 1, k}}, {Shape{2, k}}}, product(false, true)});
  }
  check({"matmul of no rows", plain_product, {{Shape{0, 3}}, {Shape{3, 2}}}, product(false, false)});
  check({"batched matmul of nothing", plain_product, {{Shape{0, 2, 3}}, {Shape{0, 3, 2}}}, product(false, false)});

  const auto with_bias = [](X x) { return affine(x[0], x[1], x[2]); };
  const Reference expected = [](const Plains& x) -> Plains {
    Plain y = product(false, true)({x[0], x[1]})[0];
    return {make(y.shape, [&](const Shape& c) { return at(y, c) + at(x[2], c); })};
  };
  check({"affine", with_bias, {{Shape{2, 3}}, {Shape{4, 3}}, {Shape{4}}}, expected});
  check({"affine, a bias a row", with_bias, {{Shape{2, 3}}, {Shape{2, 3}}, {Shape{2, 2}}}, expected});
  check({"affine of (T, B, D)", with_bias, {{Shape{2, 1, 3}}, {Shape{2, 3}}, {Shape{2}}}, expected});
  check({"affine of (T, B, D), full bias", with_bias, {{Shape{2, 1, 2}}, {Shape{2, 2}}, {Shape{2, 1, 2}}}, expected});
  check({"affine of size 1", with_bias, {{Shape{1, 1}}, {Shape{1, 1}}, {Shape{1}}}, expected});
  check({"affine of no rows", with_bias, {{Shape{0, 3}}, {Shape{2, 3}}, {Shape{2}}}, expected});
  check({"affine without bias",
         [](X x) { return affine(x[0], x[1], Tensor()); },
         {{Shape{2, 3}}, {Shape{4, 3}}},
         product(false, true)});
}
