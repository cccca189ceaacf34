// Lesson 7, exercise 2: an operation with two inputs: the outer product a (M), b (N) -> y (M, N), y_ij = a_i b_j.
//
//   da_i = sum_j dy_ij b_j      db_j = sum_i dy_ij a_i
#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "autograd/record.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

Tensor outer(const Tensor& a, const Tensor& b) {
  check_rank("outer", "a", 1, a.shape()), check_rank("outer", "b", 1, b.shape());
  Array y(Shape{a.size(), b.size()}, 0.);
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j) y(i, j) = a.value()(i) * b.value()(j);
  // Each rule holds the tensor that it reads: a's holds b, and b's holds a.
  return record("outer", std::move(y), wrt(a, [b](const Tensor& dy) { return sum(dy * b, {1}); }),
                wrt(b, [a](const Tensor& dy) {
                  return sum(dy * reshape(a, {a.size(), 1}), {0});
                }));
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const auto f = [](const Tensors& x) { return outer(x[0], x[1]); };
  const Tensors both{parameter(rng.normal({3})), parameter(rng.normal({4}))};
  const Tensors one{parameter(rng.normal({3})), rng.normal({4})};
  claim("derivatives", gradcheck("outer", f, both).ok);
  claim("derivatives of the derivatives", gradgradcheck("outer", f, both).ok);
  claim("with a constant b", gradcheck("outer", f, one).ok);
  return claim.failed();
}
