// Lesson 7, exercise 1: softsign with a rule of its own, which reads the result: dy/dx = 1 / (1 + |x|)^2 = (1 - |y|)^2.
#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "autograd/record.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

Tensor softsign(const Tensor& x) {
  Array y = x.value();
  for (Scalar& v : y) v /= 1 + std::abs(v);
  return record("softsign", std::move(y), wrt(x, [](const Tensor& result, const Tensor& dy) {
                  const Tensor slope = 1 - abs(result);
                  return dy * slope * slope;
                }));
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const auto f = [](const Tensors& x) { return softsign(x[0]); };
  const Tensors inputs{parameter(rng.normal({4, 3}))};
  claim("derivative", gradcheck("softsign", f, inputs).ok);
  claim("derivative of the derivative", gradgradcheck("softsign", f, inputs).ok);
  return claim.failed();
}
