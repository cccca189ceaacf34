// Products in bf16: the rounding, the sums, and who takes part.
#include "autograd/precision.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "autograd/bf16.hpp"
#include "autograd/gemm.hpp"
#include "autograd/ops.hpp"
#include "autograd/rng.hpp"
#include "autograd/tape.hpp"
#include "autograd/workers.hpp"

using namespace rw;
using Catch::Matchers::Contains;

#ifdef REWIND_DOUBLE

TEST_CASE("the library in double has no products in bf16", "[precision]") {
  CHECK_THROWS_WITH(set_matmul_precision(Precision::bf16), Contains("[precision] bf16: ") && Contains("in double"));
  CHECK(matmul_precision() == Precision::full);
}

#else

namespace {

class InBf16 {
 public:
  InBf16() { set_matmul_precision(Precision::bf16); }
  ~InBf16() { set_matmul_precision(Precision::full); }
};

float back(std::uint32_t half) { return std::bit_cast<float>(half << 16); }
double rounded(float x) { return static_cast<double>(back(bf16::rounded(x))); }

void check_product(std::size_t m, std::size_t n, std::size_t k, const auto& a, const auto& b, const auto& start,
                   const auto& c) {
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      double sum = start(i, j), magnitude = std::abs(sum);
      for (std::size_t l = 0; l < k; ++l) {
        const double term = rounded(a(i, l)) * rounded(b(l, j));
        sum += term, magnitude += std::abs(term);
      }
      CAPTURE(i, j);
      CHECK(std::abs(static_cast<double>(c(i, j)) - sum) <= 1e-6 * magnitude);
    }
}

}  // namespace

TEST_CASE("the nearest bfloat16, ties to even", "[precision]") {
  const float infinity = std::numeric_limits<float>::infinity(), most = std::numeric_limits<float>::max();
  CHECK(back(bf16::rounded(infinity)) == infinity);
  CHECK(back(bf16::rounded(-infinity)) == -infinity);
  CHECK(back(bf16::rounded(most)) == infinity);
  CHECK(std::isnan(back(bf16::rounded(std::nanf("")))));
  CHECK(std::isnan(back(bf16::rounded(std::bit_cast<float>(0x7f800001U)))));  // its upper half is infinity's
  for (std::uint32_t half = 0; half < 0x7f7f; ++half) {
    const std::uint32_t low = half << 16, middle = low + 0x8000, even = half + (half & 1);
    const bool right = bf16::rounded(back(half)) == half && bf16::rounded(std::bit_cast<float>(middle - 1)) == half &&
                       bf16::rounded(std::bit_cast<float>(middle)) == even &&
                       bf16::rounded(std::bit_cast<float>(middle + 1)) == half + 1 &&
                       bf16::rounded(-back(half)) == (half | 0x8000);
    if (!right) FAIL("near " << back(half));
  }
}

TEST_CASE("products of rounded operands, at any size", "[precision]") {
  const InBf16 guard;
  Rng rng(1);
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t m = 2 + rng.below(70), k = 1 + rng.below(80), n = 2 + rng.below(70);
    const bool a_transposed = rng.below(2) == 1, b_transposed = rng.below(2) == 1, add = rng.below(2) == 1;
    const Array a = rng.normal(a_transposed ? Shape{k, m} : Shape{m, k});
    const Array b = rng.normal(b_transposed ? Shape{n, k} : Shape{k, n});
    const Array before = rng.normal({m, n + 3});
    Array c = before;
    gemm(m, n, k, {a.data(), a_transposed ? m : k, a_transposed}, {b.data(), b_transposed ? k : n, b_transposed},
         c.data(), n + 3, add);
    CAPTURE(m, k, n, a_transposed, b_transposed, add);
    check_product(
        m, n, k, [&](auto i, auto l) { return a_transposed ? a(l, i) : a(i, l); },
        [&](auto l, auto j) { return b_transposed ? b(j, l) : b(l, j); },
        [&](auto i, auto j) { return add ? static_cast<double>(before(i, j)) : 0.; }, c);
  }
}

TEST_CASE("with a parameter, rounded once; with a single row, not rounded", "[precision]") {
  Rng rng(2);
  const Tensor weight = parameter(rng.normal({48, 33})), x = rng.normal({20, 33}), row = rng.normal({1, 33});
  const Array full = affine(x, weight, {}).value(), full_row = affine(row, weight, {}).value();
  {
    const InBf16 guard;
    const Array y = affine(x, weight, {}).value();
    const auto &a = x.value(), &b = weight.value();
    check_product(
        20, 48, 33, [&](auto i, auto l) { return a(i, l); }, [&](auto l, auto j) { return b(j, l); },
        [](auto, auto) { return 0.; }, y);
    CHECK(!(y == full));
    CHECK((affine(row, weight, {}).value() == full_row));
  }
  CHECK((affine(x, weight, {}).value() == full));
}

TEST_CASE("empty axes", "[precision]") {
  const InBf16 guard;
  Rng rng(5);
  for (const auto& [m, k, n] : {std::array<std::size_t, 3>{3, 0, 4}, {0, 5, 4}, {3, 5, 0}, {2, 1, 2}}) {
    CAPTURE(m, k, n);
    const Tensor x = parameter(rng.normal({m, k})), weight = parameter(rng.normal({n, k})), bias = rng.normal({n});
    Tape tape;
    const Tensor y = affine(x, weight, bias);
    CHECK(y.shape() == Shape{m, n});
    if (k == 0) CHECK((y.value() == expand(bias, {m, n}).value()));
    const Tensors d = tape.grad({y}, {x, weight}, {rng.normal({m, n})});
    CHECK(d[0].shape() == x.shape());
    CHECK(d[1].shape() == weight.shape());
  }
}

TEST_CASE("many rows split over threads have the same bits", "[precision][parallel]") {
  const InBf16 guard;
  Rng rng(3);
  const Tensor weight = parameter(rng.normal({40, 30})), x = rng.normal({300, 30});
  const int before = threads();
  set_threads(1);
  const Array alone = affine(x, weight, {}).value();
  set_threads(4);
  const Array split = affine(x, weight, {}).value();
  set_threads(before);
  CHECK((split == alone));
}

TEST_CASE("gradients in bf16 are those in float but for the rounding", "[precision]") {
  Rng rng(4);
  const Tensors in{parameter(rng.normal({64, 32})), parameter(rng.normal({48, 32})), parameter(rng.normal({48}))};
  const auto gradients = [&] {
    Tape tape;
    const Tensor y = tanh(affine(in[0], in[1], in[2]) * Scalar(0.1));
    return tape.grad({sum(y * y)}, in);
  };
  const Tensors full = gradients();
  const InBf16 guard;
  const Tensors rounded = gradients();
  for (std::size_t i = 0; i < in.size(); ++i) {
    const Tensor difference = rounded[i] - full[i];
    const double error = std::sqrt(sum(difference * difference).item() / sum(full[i] * full[i]).item());
    CHECK(error > 1e-6);
    CHECK(error < 5e-3);
  }
}

#endif
