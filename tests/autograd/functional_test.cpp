#include "autograd/functional.hpp"

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "tests/support.hpp"

using namespace rw;
using Catch::Contains;
using Catch::Matchers::WithinAbs;

namespace {

const double near = sizeof(Scalar) == 8 ? 1e-12 : 1e-4;

Tensors two_outputs(const Tensors& x) { return {tanh(matmul(x[0], x[1])), sum(x[0] * x[0])}; }

double dot(const Tensors& a, const Tensors& b) {
  double s = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    for (std::size_t i = 0; i < a[k].size(); ++i)
      s += static_cast<double>(a[k].value().data()[i]) * static_cast<double>(b[k].value().data()[i]);
  return s;
}

}  // namespace

TEST_CASE("vjp and jvp are two sides of one Jacobian") {
  Rng rng(1);
  const Tensors x{rng.normal({2, 3}), rng.normal({3, 2})}, u{rng.normal({2, 3}), rng.normal({3, 2})};
  const Tensors v{rng.normal({2, 2}), rng.normal({})};
  const auto pulled = vjp(two_outputs, x, v), pushed = jvp(two_outputs, x, u);
  CHECK(pulled.products[0].shape() == Shape{2, 3});
  CHECK(pushed.products[1].shape() == Shape{});
  CHECK(pulled.outputs[1].item() == pushed.outputs[1].item());
  CHECK_FALSE(pulled.products[0].requires_grad());
  CHECK_THAT(dot(pulled.products, u), WithinAbs(dot(v, pushed.products), 20 * near));
}

TEST_CASE("jacobian: of a product of matrices, of an elementwise function, of a constant") {
  Rng rng(2);
  const Tensor w = rng.normal({3, 4}), x = rng.normal({4});
  const Tensor J = jacobian([&](const Tensor& z) { return reshape(matmul(w, reshape(z, {4, 1})), {3}); }, x);
  REQUIRE(J.shape() == Shape{3, 4});
  for (std::size_t i = 0; i < 12; ++i) CHECK(J.value().data()[i] == w.value().data()[i]);

  const Tensor D = jacobian([](const Tensor& z) { return z * z; }, x);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      CHECK_THAT(D.value()(i, j), WithinAbs(i == j ? 2 * static_cast<double>(x.value()(i)) : 0, near));

  const Tensor Z = jacobian([](const Tensor&) { return Tensor(Array(Shape{2}, Scalar(1))); }, x);
  CHECK(Z.shape() == Shape{2, 4});
  CHECK(dot({Z}, {Z}) == 0);
}

TEST_CASE("hvp: the second derivative of x^3 y along a direction") {
  const Tensors x{Tensor(Array(Shape{1}, Scalar(2))), Tensor(Array(Shape{1}, Scalar(3)))};
  const Tensors v{Tensor(Array(Shape{1}, Scalar(1))), Tensor(Array(Shape{1}, Scalar(10)))};
  const auto f = [](const Tensors& z) { return sum(z[0] * z[0] * z[0] * z[1]); };
  const Tensors Hv = hvp(f, x, v);
  CHECK_THAT(Hv[0].item(), WithinAbs(6 * 2 * 3 * 1 + 3 * 4 * 10, near * 100));  // 6 x y, 3 x^2
  CHECK_THAT(Hv[1].item(), WithinAbs(3 * 4 * 1, near * 100));
}

TEST_CASE("a function may return what it is given, or a constant") {
  Rng rng(3);
  const Tensor x = rng.normal({2}), v = rng.normal({2});
  const auto same = [](const Tensors& z) { return z; };
  CHECK(vjp(same, {x}, {v}).products[0].value() == v.value());
  CHECK(jvp(same, {x}, {v}).products[0].value() == v.value());
  const Tensor J = jacobian([](const Tensor& z) { return z; }, x);
  for (std::size_t i = 0; i < 4; ++i) CHECK(J.value().data()[i] == (i % 3 == 0 ? 1 : 0));
  const Tensors H = hvp([](const Tensors&) { return Tensor(Scalar(1)); }, {x}, {v});
  CHECK(dot(H, H) == 0);
}

TEST_CASE("an outer tape is left alone") {
  const Tensor x = parameter(Array(Shape{2}, Scalar(1)));
  Tape tape;
  const Tensor y = sum(x * x);
  const std::size_t entries = tape.size();
  const auto f = [](const Tensors& z) { return Tensors{z[0] * z[0]}; };
  CHECK(vjp(f, {x}, {x}).products[0].value()(0) == 2);
  CHECK(tape.size() == entries);
  CHECK_FALSE(x.grad().defined());
  tape.backward(y);
  CHECK(x.grad().value()(0) == 2);
}

TEST_CASE("vectors that do not fit are named") {
  const auto f = [](const Tensors& x) { return Tensors{x[0] * x[0]}; };
  const Tensor x = Array(Shape{2}, Scalar(1));
  CHECK_THROWS_WITH(vjp(f, {x}, {}), Contains("[vjp] vectors: expected 1, got 0"));
  CHECK_THROWS_WITH(jvp(f, {x}, {Tensor(Array(Shape{3}, Scalar(1)))}), Contains("[jvp] vector: expected (2), got (3)"));
  CHECK_THROWS_WITH(hvp([](const Tensors& z) { return sum(z[0]); }, {x}, {Tensor(Scalar(1))}), Contains("[hvp]"));
}
