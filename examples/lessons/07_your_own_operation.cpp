// Lesson 7: an operation of your own: its value, its derivative, and the check that they belong together.
#include <fmt/format.h>

#include <string>

#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/record.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

// ---- an elementwise one: a formula is enough, its derivative is worked out from it ----

// y = x / (1 + |x|)
Tensor softsign(const Tensor& x) {
  return pointwise(
      "softsign", [](auto v) { return v / (1 + abs(v)); }, x);
}

// ---- any other: the value in a loop, and a rule for each input ----

// Sums along the first axis: x (T, N) -> y (T, N),  y_t = x_0 + ... + x_t
Array running_sum_of(const Array& x) {
  Array y = x;
  const std::size_t n = x.size() / x.shape()[0];
  for (std::size_t i = n; i < y.size(); ++i) y.data()[i] += y.data()[i - n];
  return y;
}

// x_k is in every y_t with t >= k, so dx_k = dy_k + dy_{k+1} + ...: the running sum from the other end.
Tensor running_sum(const Tensor& x) {
  return record("running_sum", running_sum_of(x.value()),
                wrt(x, [](const Tensor& dy) { return flip(running_sum(flip(dy, {0})), {0}); }));
}

// ---- the same with a mistake: the gradient is summed from the wrong end ----
Tensor wrong_sum(const Tensor& x) {
  return record("wrong_sum", running_sum_of(x.value()), wrt(x, [](const Tensor& dy) { return running_sum(dy); }));
}

// What a check of all ones would have said: sum(y) as the loss, every cotangent is 1.
bool passes_with_equal_cotangents(Tensor (*f)(const Tensor&), std::size_t T) {
  const Tensor x = parameter(Array(Shape{T, 1}, 0.3));
  Tape tape;
  const double gradient = sum(tape.grad({sum(f(x))}, {x})[0]).item();
  const double expected = static_cast<double>(T * (T + 1)) / 2;  // x_k is counted T - k times
  return std::abs(gradient - expected) < 1e-12;
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const auto f = [](const Tensors& x) { return softsign(x[0]); };
  const auto g = [](const Tensors& x) { return running_sum(x[0]); };
  const auto h = [](const Tensors& x) { return wrong_sum(x[0]); };
  const Tensors inputs{parameter(rng.normal({4, 3}))};

  claim("softsign, derivative", gradcheck("softsign", f, inputs).ok);
  claim("softsign, derivative of the derivative", gradgradcheck("softsign", f, inputs).ok);
  claim("running_sum, derivative", gradcheck("running_sum", g, inputs).ok);
  claim("running_sum, derivative of the derivative", gradgradcheck("running_sum", g, inputs).ok);

  const auto wrong = gradcheck("wrong_sum", h, inputs);
  fmt::print("\n{}...\n", wrong.message.substr(0, wrong.message.find("analytic")));
  claim("gradcheck finds the wrong one", !wrong.ok);
  claim("its gradient has the right sum all the same", passes_with_equal_cotangents(wrong_sum, 4));

  // It is an operation like all others: here in the middle of a network, on the tape, under its name.
  const Tensor w = parameter(rng.normal({3, 3}));
  Tape tape;
  const Tensor y = softsign(running_sum(matmul(inputs[0], w)));
  std::string names;
  for (const Entry& entry : tape.entries()) names += std::string(" ") + entry.op;
  fmt::print("\nthe tape:{}\n", names);
  tape.backward(sum(y * y));
  claim("w has a gradient", w.grad().shape() == w.shape());
  return claim.failed();
}
