// Elementwise operations: a formula each. The derivatives of the functions in them stand in
// pointwise/functions.hpp.
#include <numbers>

#include "autograd/pointwise.hpp"

namespace rw::inline REWIND_ABI {

#define REWIND_UNARY(name)                         \
  Tensor name(const Tensor& x) {                   \
    return pointwise(                              \
        #name, [](auto a) { return name(a); }, x); \
  }
#define REWIND_BINARY(name)                                      \
  Tensor name(const Tensor& a, const Tensor& b) {                \
    return pointwise(                                            \
        #name, [](auto p, auto q) { return name(p, q); }, a, b); \
  }

// Both terms get the sum's cotangent itself, without a copy.
Tensor operator+(const Tensor& a, const Tensor& b) {
  const Tensor y = pointwise_values(
      "add", [](auto p, auto q) { return p + q; }, a, b)[0];
  const Tensor terms[] = {a, b};
  record("add", terms, {&y, 1}, [](Rewinding& step) {
    for (std::size_t i : {0, 1})
      if (step.wants(i)) step.add(i, sum_to(step.cotangent(), step.input_shape(i)));
  });
  return y;
}

// clang-format off
Tensor operator-(const Tensor& a, const Tensor& b) { return pointwise("sub", [](auto p, auto q) { return p - q; }, a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return pointwise("mul", [](auto p, auto q) { return p * q; }, a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return pointwise("div", [](auto p, auto q) { return p / q; }, a, b); }
Tensor operator-(const Tensor& x) { return pointwise("neg", [](auto a) { return -a; }, x); }
// clang-format on

REWIND_UNARY(exp)
REWIND_UNARY(log)
REWIND_UNARY(log1p)
REWIND_UNARY(sqrt)
REWIND_UNARY(erf)
REWIND_UNARY(abs)
REWIND_UNARY(sign)
REWIND_UNARY(tanh)
REWIND_UNARY(sigmoid)
REWIND_UNARY(softplus)
REWIND_BINARY(pow)
REWIND_BINARY(maximum)
REWIND_BINARY(minimum)
REWIND_BINARY(greater)
REWIND_BINARY(equal)

Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b) {
  return pointwise(
      "where", [](auto m, auto p, auto q) { return where(m, p, q); }, mask, a, b);
}
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value) {
  return pointwise(
      "masked_fill", [](auto a, auto m, auto v) { return where(m, v, a); }, x, mask, Tensor(value));
}

// a is not equal to itself where it is NaN, which must come through.
Tensor relu(const Tensor& x) {
  return pointwise(
      "relu", [](auto a) { return where(greater(a, 0), a, where(equal(a, a), 0, a)); }, x);
}
Tensor leaky_relu(const Tensor& x, Scalar slope) {
  return pointwise(
      "leaky_relu", [](auto a, auto s) { return where(greater(a, 0), a, s * a); }, x, Tensor(slope));
}
Tensor gelu(const Tensor& x) {
  return pointwise(
      "gelu", [](auto a) { return 0.5 * a * (1 + erf(a * (1 / std::numbers::sqrt2))); }, x);
}
Tensor silu(const Tensor& x) {
  return pointwise(
      "silu", [](auto a) { return a * sigmoid(a); }, x);
}
Tensor clamp(const Tensor& x, Scalar low, Scalar high) {
  return pointwise(
      "clamp", [](auto a, auto l, auto h) { return where(greater(l, a), l, where(greater(a, h), h, a)); }, x,
      Tensor(low), Tensor(high));
}

}  // namespace rw::inline REWIND_ABI
