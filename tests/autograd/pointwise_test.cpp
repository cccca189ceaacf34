#include "autograd/pointwise.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "autograd/gradcheck.hpp"
#include "tests/autograd/formulas.hpp"
#include "tests/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

std::vector<Scalar> gradients(const Tensors& x, const auto& f) {
  Tape tape;
  Rng rng(9);
  const Tensor y = f(x);
  std::vector<Scalar> all(y.value().begin(), y.value().end());
  for (const Tensor& g : tape.grad({y}, x, {rng.normal(y.shape())}))
    all.insert(all.end(), g.value().begin(), g.value().end());
  return all;
}

void check_same(const std::vector<Scalar>& a, const std::vector<Scalar>& b, double tolerance) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).epsilon(tolerance).margin(tolerance));
}

}  // namespace

// Every length around the width of a SIMD register: tails.
TEST_CASE("fused = composed, values and gradients") {
  Rng rng(1);
  for (std::size_t rows : {1, 3})
    for (std::size_t h = 0; h < 40; ++h) {
      const Tensors x{parameter(rng.normal({rows, 4 * h})), parameter(rng.normal({rows, h}))};
      const auto f = [](const Tensors& in) {
        const auto [y, c] = pointwise("lstm", lstm, columns<4>(in[0]), in[1]);
        return y + c * Scalar(0.5);
      };
      const auto fused = gradients(x, f);
      const Composed composed;
      check_same(fused, gradients(x, f), 1e-5);
    }
}

TEST_CASE("values without a derivative: fused = composed, and neither is recorded") {
  Rng rng(8);
  const Tensor a = parameter(rng.normal({3, 4})), b = parameter(rng.normal({4}));
  const auto values = [&] {
    return pointwise_values(
        "update", [](auto p, auto q) { return outputs(p - 0.1 * q * q, tanh(q) + p); }, a, b);
  };
  Tape tape;
  const auto fused = values();
  const Composed composed;
  const auto small = values();
  CHECK(tape.size() == 0);
  for (std::size_t k = 0; k < 2; ++k) check_close(small[k].value(), fused[k].value(), 1e-6);
}

TEST_CASE("fused = composed where inputs broadcast") {
  Rng rng(2);
  const Shape shapes[] = {{3, 5}, {5}, {3, 1}, {}, {2, 3, 5}, {2, 1, 1}, {1, 5}, {3, 17}, {17}};
  for (const Shape& a : shapes)
    for (const Shape& b : shapes) {
      const Tensors x{parameter(rng.normal(a)), parameter(rng.normal(b)), parameter(rng.normal({1, 1}))};
      const auto f = [](const Tensors& in) {
        return pointwise([](auto p, auto q, auto r) { return tanh(p * q) + exp(r) * p; }, in[0], in[1], in[2]);
      };
      if (!a.empty() && !b.empty() && a.back() != b.back() && a.back() != 1 && b.back() != 1) {
        CHECK_THROWS_AS(f(x), Error);
        continue;
      }
      const auto fused = gradients(x, f);
      const Composed composed;
      check_same(fused, gradients(x, f), 1e-4);
    }
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of fused formulas, each mix of constants and variables") {
  Rng rng(3);
  for (int mask = 1; mask < 4; ++mask)
    for (const Shape& c : {Shape{3, 5}, Shape{5}, Shape{1, 1}, Shape{3, 1}}) {
      const auto input = [&](const Shape& shape, bool variable) {
        Array a = rng.normal(shape);
        return variable ? parameter(std::move(a)) : Tensor(std::move(a));
      };
      const Tensors x{input({3, 20}, mask & 1), input(c, mask & 2)};
      const Function f = [](const Tensors& in) {
        const auto [h, next] = pointwise("lstm", lstm, columns<4>(in[0]), in[1]);
        return Tensors{h, next};
      };
      for (const auto& r : {gradcheck("lstm", f, x), gradgradcheck("lstm", f, x)}) {
        INFO(r.message);
        CHECK(r.ok);
      }
    }
}
#endif

TEST_CASE("an output that nothing used counts for nothing, one used twice counts twice") {
  const Tensor x = parameter(Array(Shape{3}, Scalar(2)));
  const auto both = [&] {
    return pointwise(
        "two", [](auto a) { return outputs(a * a, a * a * a); }, x);
  };
  Tape tape;
  const auto [square, cube] = both();
  CHECK(tape.grad({sum(cube)}, {x}, {}, {.retain_graph = true})[0].value()(0) == 12);
  tape.backward(sum(square + square + cube));
  CHECK(x.grad().value()(2) == 4 + 4 + 12);
}

TEST_CASE("an input may be given twice, or be an output") {
  const Tensor x = parameter(Array(Shape{3}, Scalar(2)));
  Tape tape;
  const auto [same, product] = pointwise(
      "two", [](auto a, auto b) { return outputs(a, a * b); }, x, x);
  tape.backward(sum(same + product));
  CHECK(x.grad().value()(1) == 1 + 4);
}

TEST_CASE("NaN comes through every function") {
  const Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
  const Tensor x = Array(Shape{3}, nan), one = Array(Shape{3}, Scalar(1));
  for (const Tensor& y :
       {tanh(x), sigmoid(x), exp(x), relu(x), leaky_relu(x), gelu(x), silu(x), softplus(x), clamp(x, 0, 1),
        maximum(x, one), maximum(one, x), minimum(x, one), minimum(one, x), abs(x), sqrt(x), log(x)})
    for (std::size_t i = 0; i < 3; ++i) CHECK(std::isnan(y.value()(i)));
}

TEST_CASE("wrong shapes are named") {
  const Tensor a = Array(Shape{2, 6}, Scalar(1)), b = Array(Shape{4}, Scalar(1));
  CHECK_THROWS_WITH(a + b, Contains("[add]") && Contains("(2, 6)") && Contains("(4)"));
  CHECK_THROWS_WITH(pointwise("f", lstm, columns<4>(a), b), Contains("[f] columns") && Contains("no multiple of 4"));
}
