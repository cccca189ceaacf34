// The product with one vector against BLAS'.
#include "autograd/matvec.hpp"

#include <catch2/catch.hpp>

#include "autograd/gemm.hpp"
#include "autograd/ops.hpp"
#include "autograd/rng.hpp"
#include "tests/support.hpp"

using namespace rw;

TEST_CASE("a product with one vector is BLAS' product, at any size", "[matvec]") {
  Rng rng(1);
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t n = 1 + rng.below(86), k = rng.below(90);
    if (!matvec_pays(n)) continue;
    const bool add = rng.below(2) == 1;
    const Array w = rng.normal({n, k}), x = rng.normal({k}), start = rng.normal({n});
    Array expected = start, y(Shape{n});
    gemm(1, n, k, {x.data(), k}, {w.data(), std::max<std::size_t>(k, 1), true}, expected.data(), n, add);
    matvec(n, k, w.data(), x.data(), add ? start.data() : nullptr, y.data());
    CAPTURE(n, k, add);
    check_close(y, expected);
  }
}

TEST_CASE("one row of a batch is what the batch has, in any size of weight", "[matvec]") {
  Rng rng(2);
  for (const std::size_t H : {1, 3, 65, 700}) {
    const Tensor x = rng.normal({3, H}), weight = rng.normal({2 * H, H}), bias = rng.normal({2 * H});
    const Array all = affine(x, weight, bias).value();
    for (std::ptrdiff_t i = 0; i < 3; ++i)
      check_close(affine(slice(x, 0, i, i + 1), weight, bias).value(), slice(all, 0, i, i + 1).value(), 10 * tolerance);
  }
}
