// Packed products against plain loops, and a parameter's packings after it changed.
#include "autograd/packed.hpp"

#include <catch2/catch.hpp>

#include "autograd/ops.hpp"
#include "autograd/rng.hpp"
#include "autograd/workers.hpp"
#include "tests/support.hpp"

using namespace rw;

TEST_CASE("a packed product is the product, at any size, and so is gemm()", "[packed]") {
  Rng rng(1);
  for (int trial = 0; trial < 300; ++trial) {
    const bool deep = trial % 20 == 0;  // beyond what the kernel takes in one go
    const std::size_t m = 1 + rng.below(150), k = 1 + rng.below(deep ? 600 : 80), n = 1 + rng.below(150);
    const bool a_transposed = rng.below(2) == 1, b_transposed = rng.below(2) == 1, add = rng.below(2) == 1;
    const std::size_t a_stride = (a_transposed ? m : k) + rng.below(5), c_stride = n + rng.below(5);
    const Array a = rng.normal({a_transposed ? k : m, a_stride}),
                b = rng.normal(b_transposed ? Shape{n, k} : Shape{k, n});
    Array expected = rng.normal({m, c_stride}), c = expected;
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double sum = add ? static_cast<double>(c(i, j)) : 0;
        for (std::size_t l = 0; l < k; ++l)
          sum += static_cast<double>(a_transposed ? a(l, i) : a(i, l)) *
                 static_cast<double>(b_transposed ? b(j, l) : b(l, j));
        expected(i, j) = static_cast<Scalar>(sum);
      }
    const Matrix left{a.data(), a_stride, a_transposed}, right{b.data(), b_transposed ? k : n, b_transposed};
    const Rows<const Scalar> start = add ? Rows<const Scalar>{c.data(), c_stride} : Rows<const Scalar>{};
    Array by_gemm = c;
    gemm(m, n, k, left, right, by_gemm.data(), c_stride, add);
    Packed<ScalarFormat> packed(k, n);
    packed.fill(right);
    packed.multiply(m, left, start, {c.data(), c_stride});
    CAPTURE(m, k, n, a_transposed, b_transposed, add);
    check_close(c, expected, (deep ? 10 : 1) * tolerance);
    check_close(by_gemm, expected, (deep ? 10 : 1) * tolerance);
  }
}

TEST_CASE("a large product is the same to the bit on any number of threads", "[packed][parallel]") {
  Rng rng(4);
  const int before = threads();
  for (const std::size_t m : {4, 40, 128, 150, 400}) {
    const std::size_t k = 300, n = 500;
    const Array a = rng.normal({m, k}), b = rng.normal({k, n}), start = rng.normal({m, n});
    Packed<ScalarFormat> packed(k, n);
    packed.fill({b.data(), n});
    std::vector<Array> results;
    for (const int count : {1, 2, 3}) {
      set_threads(count);
      Array c(Shape{m, n});
      packed.multiply(m, {a.data(), k}, {start.data(), n}, {c.data(), n});
      results.push_back(std::move(c));
    }
    CAPTURE(m);
    CHECK((results[1] == results[0]));
    CHECK((results[2] == results[0]));
  }
  set_threads(before);
}

TEST_CASE("threads that want the same packing make it together", "[packed][parallel]") {
  Rng rng(3);
  const int before = threads();
  set_threads(4);
  for (int trial = 0; trial < 20; ++trial) {
    const Tensor x = rng.normal({8, 64}), weight = parameter(rng.normal({200, 64}));
    std::vector<Tensor> copies;
    for (int i = 0; i < 4; ++i) {
      copies.push_back(detach(weight));
      share_packings(weight, copies.back());
    }
    std::array<bool, 4> same{};
    run_parallel(4, [&](std::size_t i) {
      same[i] = &packed<ScalarFormat>(copies[i], true) == &packed<ScalarFormat>(copies[0], true);
    });
    CHECK(same == std::array{true, true, true, true});
    Array y(Shape{8, 200});
    packed<ScalarFormat>(weight, true).multiply(8, {x.value().data(), 64}, {}, {y.data(), 200});
    check_close(y, matmul(x, weight, {false, true}).value());
  }
  set_threads(before);
}

TEST_CASE("a parameter that changed is packed anew", "[packed]") {
  Rng rng(2);
  const Tensor x = rng.normal({8, 32});
  Tensor weight = parameter(rng.normal({48, 32}));
  const Array before = affine(x, weight, {}).value();
  for (Scalar& w : weight.mutate()) w *= 2;
  const Array after = affine(x, weight, {}).value();
  for (std::size_t i = 0; i < before.size(); ++i) REQUIRE(after.data()[i] == 2 * before.data()[i]);
}
