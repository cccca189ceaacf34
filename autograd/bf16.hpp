// Products of bfloat16 numbers, summed in float. A bfloat16 is the upper half of a float: its range, and 8 significant
// bits. Processors with AVX512-BF16 multiply and add two of them where one float would go; on others the same sums are
// made from floats: as Intel's manual orders them, but with denormals, which the instruction takes for zeros.
#pragma once

#include <bit>
#include <cstdint>
#include <xsimd/xsimd.hpp>

#ifdef __AVX512BF16__
#include <immintrin.h>
#endif

namespace rw::bf16 {

// The nearest bfloat16, ties to even; NaN stays NaN.
inline std::uint32_t rounded(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return (x != x ? bits | 0x400000 : bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

// Two of them in a word, the first in the lower half.
using Pair = std::uint32_t;
inline Pair pair(float first, float second) { return rounded(first) | rounded(second) << 16; }

using Register = xsimd::batch<float>;

// As many pairs as a register has floats.
#ifdef __AVX512BF16__
constexpr bool in_hardware = true;

struct Pairs {
  __m512bh v;

  static Pairs load(const Pair* p) { return {std::bit_cast<__m512bh>(_mm512_load_si512(p))}; }
  static Pairs broadcast(Pair p) { return {std::bit_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(p)))}; }
};
inline Register dot(Pairs a, Pairs b, Register sum) { return _mm512_dpbf16_ps(sum, a.v, b.v); }
#else
constexpr bool in_hardware = false;

struct Pairs {
  Register first, second;

  static Pairs load(const Pair* p) {
    const auto words = xsimd::batch<std::int32_t>::load_aligned(reinterpret_cast<const std::int32_t*>(p));
    return {xsimd::bitwise_cast<Register>(words << 16), xsimd::bitwise_cast<Register>(words & 0xffff0000)};
  }
  static Pairs broadcast(Pair p) {
    return {Register(std::bit_cast<float>(p << 16)), Register(std::bit_cast<float>(p & 0xffff0000))};
  }
};
inline Register dot(Pairs a, Pairs b, Register sum) {
  return xsimd::fma(a.first, b.first, xsimd::fma(a.second, b.second, sum));
}
#endif

}  // namespace rw::bf16
