// Lanes: as many Scalars as one SIMD register holds, with the functions that formulas are made of.
//
// Largest relative errors in float, over all floats: exp 1e-7, sigmoid 1.8e-7, tanh 3.2e-7; exp is 0 below -86.9, where
// the true value is no more than 1.7e-38. The others are xsimd's. NaN in, NaN out.
#pragma once

#include <cmath>
#include <xsimd/xsimd.hpp>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

struct Lanes {
  using Register = xsimd::batch<Scalar>;
  static constexpr std::size_t size = Register::size;

  Register v;

  Lanes() = default;
  Lanes(Register r) : v(r) {}  // NOLINT: converts
  Lanes(Scalar x) : v(x) {}    // NOLINT: converts

  static Lanes load(const Scalar* p) { return Register::load_unaligned(p); }
  void store(Scalar* p) const { v.store_unaligned(p); }
  static Lanes load(const Scalar* p, std::size_t n) {  // the first n lanes; zeros behind
    alignas(pool::alignment) Scalar lanes[size] = {};
    for (std::size_t i = 0; i < n; ++i) lanes[i] = p[i];
    return Register::load_aligned(lanes);
  }
  void store(Scalar* p, std::size_t n) const {
    alignas(pool::alignment) Scalar lanes[size];
    v.store_aligned(lanes);
    for (std::size_t i = 0; i < n; ++i) p[i] = lanes[i];
  }

  friend Lanes operator+(Lanes a, Lanes b) { return a.v + b.v; }
  friend Lanes operator-(Lanes a, Lanes b) { return a.v - b.v; }
  friend Lanes operator*(Lanes a, Lanes b) { return a.v * b.v; }
  friend Lanes operator/(Lanes a, Lanes b) { return a.v / b.v; }
  friend Lanes operator-(Lanes a) { return -a.v; }
};

inline Scalar sum(Lanes x) {  // xsimd's own has another name in each version
  alignas(pool::alignment) Scalar lanes[Lanes::size];
  x.v.store_aligned(lanes);
  Scalar total = 0;
  for (Scalar lane : lanes) total += lane;
  return total;
}
inline Lanes exp(Lanes x) {
#ifdef REWIND_DOUBLE
  return xsimd::exp(x.v);
#else
  // 2^n e^r, |r| <= ln(2) / 2, with a polynomial in r (Moshier's Cephes). 2^n is made as 2^(n - 1) twice: infinity is
  // reached where it should be, and 0 at x = -87. min and max return their second operand when one is NaN.
  using R = Lanes::Register;
  const R c = xsimd::max(R(-87.3f), xsimd::min(R(89), x.v)), n = xsimd::nearbyint(c * R(1.44269504088896341f));
  const R r = xsimd::fma(n, R(2.12194440e-4f), xsimd::fma(n, R(-0.693359375f), c));
  R p = xsimd::fma(r, R(1.9875691500e-4f), R(1.3981999507e-3f));
  p = xsimd::fma(r, p, R(8.3334519073e-3f));
  p = xsimd::fma(r, p, R(4.1665795894e-2f));
  p = xsimd::fma(r, p, R(1.6666665459e-1f));
  p = xsimd::fma(r, p, R(5.0000001201e-1f));
  p = xsimd::fma(r * r, p, r) + R(1);
  p *= xsimd::bitwise_cast<R>((xsimd::to_int(n) + 126) << 23);
  return p + p;
#endif
}
inline Lanes log(Lanes x) { return xsimd::log(x.v); }
inline Lanes log1p(Lanes x) { return xsimd::log1p(x.v); }
inline Lanes sqrt(Lanes x) { return xsimd::sqrt(x.v); }
inline Lanes erf(Lanes x) { return xsimd::erf(x.v); }
inline Lanes abs(Lanes x) { return xsimd::abs(x.v); }
inline Lanes where(Lanes mask, Lanes a, Lanes b) { return xsimd::select(mask.v != Lanes::Register(0), a.v, b.v); }
inline Lanes greater(Lanes a, Lanes b) { return xsimd::select(a.v > b.v, Lanes::Register(1), Lanes::Register(0)); }
inline Lanes equal(Lanes a, Lanes b) { return xsimd::select(a.v == b.v, Lanes::Register(1), Lanes::Register(0)); }
inline Lanes sign(Lanes x) { return greater(x, Scalar(0)) - greater(Scalar(0), x); }
// Comparisons with NaN are false: the order of the operands lets a NaN of either through.
inline Lanes maximum(Lanes a, Lanes b) {
  return xsimd::select(a.v > b.v, a.v, xsimd::select(b.v == b.v, xsimd::select(a.v == a.v, b.v, a.v), b.v));
}
inline Lanes minimum(Lanes a, Lanes b) { return -maximum(-a, -b); }
inline Lanes sigmoid(Lanes x) { return Scalar(1) / (Scalar(1) + exp(-x)); }
inline Lanes softplus(Lanes x) { return maximum(x, Scalar(0)) + log1p(exp(-abs(x))); }

// Lane by lane: the C library gets negative bases and integral exponents right.
inline Lanes pow(Lanes x, Lanes p) {
  alignas(pool::alignment) Scalar a[Lanes::size], b[Lanes::size];
  x.v.store_aligned(a), p.v.store_aligned(b);
  for (std::size_t i = 0; i < Lanes::size; ++i) a[i] = std::pow(a[i], b[i]);
  return Lanes::Register::load_aligned(a);
}

inline Lanes tanh(Lanes x) {
#ifdef REWIND_DOUBLE
  return xsimd::tanh(x.v);
#else
  // A rational function (minimax on [-7.9, 7.9], beyond which tanh is 1 in float): twice as fast as by exp.
  using R = Lanes::Register;
  const R c = xsimd::max(R(-7.90531110763549805f), xsimd::min(R(7.90531110763549805f), x.v)), c2 = c * c;
  R p = xsimd::fma(c2, R(-2.76076847742355e-16f), R(2.00018790482477e-13f));
  p = xsimd::fma(c2, p, R(-8.60467152213735e-11f));
  p = xsimd::fma(c2, p, R(5.12229709037114e-08f));
  p = xsimd::fma(c2, p, R(1.48572235717979e-05f));
  p = xsimd::fma(c2, p, R(6.37261928875436e-04f));
  p = xsimd::fma(c2, p, R(4.89352455891786e-03f));
  R q = xsimd::fma(c2, R(1.19825839466702e-06f), R(1.18534705686654e-04f));
  q = xsimd::fma(c2, q, R(2.26843463243900e-03f));
  q = xsimd::fma(c2, q, R(4.89352518554385e-03f));
  return c * (p / q);
#endif
}

}  // namespace rw::inline REWIND_ABI
