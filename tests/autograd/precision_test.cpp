// Products in bf16: the rounding, the sums, and who takes part.
#include "autograd/precision.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "autograd/bf16.hpp"
#include "autograd/gemm.hpp"
#include "autograd/ops.hpp"
#include "autograd/packed.hpp"
#include "autograd/rng.hpp"
#include "autograd/tape.hpp"
#include "autograd/workers.hpp"

using namespace rw;

#ifdef REWIND_DOUBLE

TEST_CASE("the library in double has no products in bf16", "[precision]") {
  CHECK_THROWS_WITH(set_matmul_precision(Precision::bf16),
                    "[set_matmul_precision] bf16 needs the library in float, this is the one in double: link "
                    "rewind::autograd");
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
    const bool deep = trial % 10 == 0;  // beyond what the kernel takes in one go
    const std::size_t m = 2 + rng.below(deep ? 8 : 70), k = 1 + rng.below(deep ? 1100 : 80), n = 2 + rng.below(70);
    const bool a_transposed = rng.below(2) == 1, b_transposed = rng.below(2) == 1, add = rng.below(2) == 1;
    const std::size_t a_stride = (a_transposed ? m : k) + rng.below(4),
                      b_stride = (b_transposed ? k : n) + rng.below(4);
    const Array a = rng.normal({a_transposed ? k : m, a_stride}), b = rng.normal({b_transposed ? n : k, b_stride});
    const Array before = rng.normal({m, n + 3});
    Array c = before;
    gemm(m, n, k, {a.data(), a_stride, a_transposed}, {b.data(), b_stride, b_transposed}, c.data(), n + 3, add);
    CAPTURE(m, k, n, a_transposed, b_transposed, add);
    check_product(
        m, n, k, [&](auto i, auto l) { return a_transposed ? a(l, i) : a(i, l); },
        [&](auto l, auto j) { return b_transposed ? b(j, l) : b(l, j); },
        [&](auto i, auto j) { return add ? static_cast<double>(before(i, j)) : 0.; }, c);
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = n; j < n + 3; ++j) REQUIRE(c(i, j) == before(i, j));
  }
}

// Of each pair the second product is added first, each with one rounding.
TEST_CASE("the order of a sum", "[precision]") {
  const InBf16 guard;
  Rng rng(6);
  const std::size_t m = 3, k = 41, n = 64;  // whole panels on every processor
  const Array a = rng.normal({m, k}), b = rng.normal({k, n});
  Array c(Shape{m, n});
  gemm(m, n, k, {a.data(), k}, {b.data(), n}, c.data(), n);
  const auto half = [](float x) { return back(bf16::rounded(x)); };
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      float sum = 0;
      for (std::size_t l = 0; l < k; l += 2) {
        if (l + 1 < k) sum = std::fma(half(a(i, l + 1)), half(b(l + 1, j)), sum);
        sum = std::fma(half(a(i, l)), half(b(l, j)), sum);
      }
      REQUIRE(c(i, j) == sum);
    }
}

TEST_CASE("NaN and infinity come through, in their row and column", "[precision]") {
  const InBf16 guard;
  Rng rng(7);
  Array a = rng.normal({4, 9}), b = rng.normal({9, 20});
  a(1, 3) = std::numeric_limits<float>::quiet_NaN();
  a(2, 4) = std::numeric_limits<float>::infinity();
  Array c(Shape{4, 20});
  gemm(4, 20, 9, {a.data(), 9}, {b.data(), 20}, c.data(), 20);
  for (std::size_t j = 0; j < 20; ++j) {
    CHECK(std::isnan(c(1, j)));
    CHECK(std::isinf(c(2, j)));
    CHECK((std::isfinite(c(0, j)) && std::isfinite(c(3, j))));
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
    CHECK(&packed<Bf16Format>(weight, true) == &packed<Bf16Format>(weight, true));
  }
  CHECK((affine(x, weight, {}).value() == full));
}

TEST_CASE("a parameter that changed is rounded anew, whatever the precision was meanwhile", "[precision]") {
  Rng rng(8);
  const Tensor x = rng.normal({8, 32});
  Tensor weight = parameter(rng.normal({48, 32}));
  const auto product = [&] { return affine(x, weight, {}).value(); };
  const Array full = product();
  Array half;
  {
    const InBf16 guard;
    half = product();
    for (Scalar& w : weight.mutate()) w *= 2;
    CHECK((product() == Array(half * 2)));
  }
  CHECK((product() == Array(full * 2)));
  for (Scalar& w : weight.mutate()) w *= 2;
  const InBf16 guard;
  CHECK((product() == Array(half * 4)));
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
