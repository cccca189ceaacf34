// The kernel of packed products: a tile of the result in registers. Included by packed.cpp alone.
#pragma once

#include <array>
#include <utility>
#include <xsimd/xsimd.hpp>

#include "autograd/bf16.hpp"
#include "autograd/packed.hpp"

namespace rw::inline REWIND_ABI::packed_kernel {

using Register = xsimd::batch<Scalar>;
constexpr std::size_t width = Register::size, panel = 2 * width;
// A tile of c stays in registers: `tallest` rows of two each, beside two for b and one for a. AVX-512 has 32, AVX2 16.
constexpr bool wide = sizeof(Register) == 64, has_kernel = sizeof(Register) >= 32;
constexpr std::size_t tallest = wide ? 13 : 6;

// ---- formats ----

inline Register load(const Scalar* words) { return Register::load_aligned(words); }
inline Register broadcast(Scalar word) { return Register(word); }
inline Register multiply_add(Register a, Register b, Register sum) { return xsimd::fma(a, b, sum); }

inline Scalar word(ScalarFormat, const Scalar* x, std::size_t, std::size_t) { return *x; }

#ifndef REWIND_DOUBLE
inline bf16::Pairs load(const bf16::Pair* words) { return bf16::Pairs::load(words); }
inline bf16::Pairs broadcast(bf16::Pair word) { return bf16::Pairs::broadcast(word); }
inline Register multiply_add(bf16::Pairs a, bf16::Pairs b, Register sum) { return bf16::dot(a, b, sum); }

// Of the two terms x[0] and x[step], or of the last one alone.
inline bf16::Pair word(Bf16Format, const Scalar* x, std::size_t step, std::size_t left) {
  return bf16::pair(x[0], left > 1 ? x[step] : 0);
}
#endif

// The left operand: its rows, or its columns, `stride` words apart.
template <class Word, bool by_columns>
struct Left {
  const Word* data;
  std::size_t stride;

  const Word& operator()(std::size_t r, std::size_t i) const {
    return by_columns ? data[i * stride + r] : data[r * stride + i];
  }
  Left from(std::size_t r, std::size_t i) const { return {&(*this)(r, i), stride}; }
};

// c (rows, panel) = start (rows, panel) + a (rows, words) b (words, panel)
template <std::size_t rows, class Word, bool by_columns>
void tile(Left<Word, by_columns> a, const Word* b, std::size_t words, Rows<const Scalar> start, Rows<Scalar> c) {
  std::array<Register, rows> left, right;
#pragma GCC unroll 16
  for (std::size_t r = 0; r < rows; ++r) {
    left[r] = start.data == nullptr ? Register(0) : Register::load_unaligned(start[r]);
    right[r] = start.data == nullptr ? Register(0) : Register::load_unaligned(start[r] + width);
    __builtin_prefetch(c[r], 1), __builtin_prefetch(c[r] + width, 1);
  }
  for (std::size_t i = 0; i < words; ++i, b += panel) {
    const auto b_left = load(b), b_right = load(b + width);
    __builtin_prefetch(b + 16 * panel), __builtin_prefetch(b + 16 * panel + width);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < rows; ++r) {
      const auto x = broadcast(a(r, i));
      left[r] = multiply_add(x, b_left, left[r]);
      right[r] = multiply_add(x, b_right, right[r]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t r = 0; r < rows; ++r) left[r].store_unaligned(c[r]), right[r].store_unaligned(c[r] + width);
}

template <class Word, bool by_columns>
constexpr auto tiles = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array{tile<I + 1, Word, by_columns>...};  // of 1 to `tallest` rows
}
(std::make_index_sequence<tallest>{});

// The last columns, fewer than a panel, go through a panel of their own.
template <class Word, bool by_columns>
void narrow_tile(std::size_t rows, std::size_t columns, Left<Word, by_columns> a, const Word* b, std::size_t words,
                 Rows<const Scalar> start, Rows<Scalar> c) {
  alignas(pool::alignment) std::array<Scalar, tallest * panel> whole;
  tiles<Word, by_columns>[rows - 1](a, b, words, {}, {whole.data(), panel});
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < columns; ++j)
      c[r][j] = whole[r * panel + j] + (start.data == nullptr ? 0 : start[r][j]);
}

struct Size {
  std::size_t m, words, n;
};
// c (m, n) = start (m, n) + a (m, words) b (words, panel), n <= panel, in tiles of equal height.
template <class Word, bool by_columns>
void multiply_panel(Size size, Left<Word, by_columns> a, const Word* b, Rows<const Scalar> start, Rows<Scalar> c) {
  std::size_t row = 0;
  for (std::size_t left = (size.m + tallest - 1) / tallest; left > 0; --left) {
    const std::size_t rows = (size.m - row + left - 1) / left;
    if (size.n == panel)
      tiles<Word, by_columns>[rows - 1](a.from(row, 0), b, size.words, start.from(row, 0), c.from(row, 0));
    else
      narrow_tile(rows, size.n, a.from(row, 0), b, size.words, start.from(row, 0), c.from(row, 0));
    row += rows;
  }
}

}  // namespace rw::inline REWIND_ABI::packed_kernel
