// The elementary functions that pointwise formulas are made of. Each is one row: its value, and its
// derivative for each argument, from the arguments, the value y and the incoming dy. A row serves SIMD
// batches (the fused kernels) and tensors (derivatives of higher order) alike.
#pragma once

#include <numbers>
#include <tuple>

#include "autograd/ops.hpp"
#include "autograd/simd_math.hpp"

namespace rw::inline REWIND_ABI::elementary {

struct None {};  // the derivative of a step function

// `costly` values are kept from the forward run instead of being computed again.
#define REWIND_UNARY(Name, costly_, value_, dx)                                                \
  struct Name {                                                                                \
    static constexpr int arity = 1;                                                            \
    static constexpr bool costly = costly_;                                                    \
    template <class V>                                                                         \
    static V value(const V& x) {                                                               \
      return value_;                                                                           \
    }                                                                                          \
    template <int I, class V>                                                                  \
    static constexpr auto derivative([[maybe_unused]] const V& x, [[maybe_unused]] const V& y, \
                                     [[maybe_unused]] const V& dy) {                           \
      return dx;                                                                               \
    }                                                                                          \
  };
#define REWIND_BINARY(Name, costly_, value_, da, db)                                              \
  struct Name {                                                                                   \
    static constexpr int arity = 2;                                                               \
    static constexpr bool costly = costly_;                                                       \
    template <class V>                                                                            \
    static V value(const V& a, const V& b) {                                                      \
      return value_;                                                                              \
    }                                                                                             \
    template <int I, class V>                                                                     \
    static constexpr auto derivative([[maybe_unused]] const V& a, [[maybe_unused]] const V& b,    \
                                     [[maybe_unused]] const V& y, [[maybe_unused]] const V& dy) { \
      if constexpr (I == 0)                                                                       \
        return da;                                                                                \
      else                                                                                        \
        return db;                                                                                \
    }                                                                                             \
  };

constexpr Scalar zero = 0, one = 1, half = Scalar(0.5), two_by_root_pi = Scalar(2 * std::numbers::inv_sqrtpi);

// clang-format off
//           name      costly  value          dy d/da                        dy d/db
REWIND_BINARY(Add,      false, a + b,         dy,                            dy)
REWIND_BINARY(Sub,      false, a - b,         dy,                            -dy)
REWIND_BINARY(Mul,      false, a * b,         dy * b,                        dy * a)
REWIND_BINARY(Div,      false, a / b,         dy / b,                        -dy * y / b)
REWIND_UNARY (Neg,      false, -x,            -dy)
REWIND_UNARY (Exp,      true,  exp(x),        dy * y)
REWIND_UNARY (Log,      true,  log(x),        dy / x)
REWIND_UNARY (Log1p,    true,  log1p(x),      dy / (one + x))
REWIND_UNARY (Sqrt,     true,  sqrt(x),       dy * half / y)
REWIND_BINARY(Pow,      true,  pow(a, b),     where(equal(b, zero), V(zero), dy * b * pow(a, b - one)),
                                              where(equal(a, zero), V(zero), dy * y * log(where(equal(a, zero), V(one), a))))
REWIND_UNARY (Erf,      true,  erf(x),        dy * two_by_root_pi * exp(-(x * x)))
REWIND_UNARY (Abs,      false, abs(x),        dy * sign(x))
REWIND_UNARY (Sign,     false, sign(x),       None{})
REWIND_UNARY (Tanh,     true,  tanh(x),       dy * (one - y * y))
REWIND_UNARY (Sigmoid,  true,  sigmoid(x),    dy * (y * (one - y)))
REWIND_UNARY (Softplus, true,  softplus(x),   dy * sigmoid(x))
REWIND_BINARY(Maximum,  false, maximum(a, b), dy * (greater(a, b) + half * equal(a, b)), dy * (greater(b, a) + half * equal(a, b)))
REWIND_BINARY(Minimum,  false, minimum(a, b), dy * (greater(b, a) + half * equal(a, b)), dy * (greater(a, b) + half * equal(a, b)))
REWIND_BINARY(Greater,  false, greater(a, b), None{},                        None{})
REWIND_BINARY(Equal,    false, equal(a, b),   None{},                        None{})
// clang-format on

struct Where {
  static constexpr int arity = 3;
  static constexpr bool costly = false;
  template <class V>
  static V value(const V& mask, const V& a, const V& b) {
    return where(mask, a, b);
  }
  template <int I, class V>
  static constexpr auto derivative(const V& mask, const V&, const V&, const V&, [[maybe_unused]] const V& dy) {
    if constexpr (I == 0)
      return None{};
    else if constexpr (I == 1)
      return where(mask, dy, V(zero));
    else
      return where(mask, V(zero), dy);
  }
};

#undef REWIND_UNARY
#undef REWIND_BINARY

using All = std::tuple<Add, Sub, Mul, Div, Neg, Exp, Log, Log1p, Sqrt, Pow, Erf, Abs, Sign, Tanh, Sigmoid, Softplus,
                       Maximum, Minimum, Greater, Equal, Where>;

}  // namespace rw::inline REWIND_ABI::elementary
