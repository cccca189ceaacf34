#include "autograd/matvec.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "autograd/simd_math.hpp"

namespace rw::inline REWIND_ABI {
namespace {

constexpr std::size_t width = Lanes::size;

// The products of a few rows of w with x, each a register yet to be summed. Few, so that memory is read nearly in
// order.
constexpr std::size_t few = std::min<std::size_t>(4, width);

void multiply_rows(std::size_t k, const Scalar* w, const Scalar* x, Lanes::Register* sums) {
  std::array<Lanes::Register, few> even, odd;
  even.fill(Lanes::Register(0)), odd.fill(Lanes::Register(0));
  const auto add = [&](auto& to, std::size_t i) __attribute__((always_inline)) {
    const Lanes part = Lanes::load(x + i);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < few; ++r) to[r] = xsimd::fma(part.v, Lanes::load(w + r * k + i).v, to[r]);
  };
  std::size_t i = 0;
  for (; i + 2 * width <= k; i += 2 * width) {
#pragma GCC unroll 4
    for (std::size_t r = few; r < 2 * few; ++r)
      __builtin_prefetch(w + r * k + i), __builtin_prefetch(w + r * k + i + width);
    add(even, i), add(odd, i + width);
  }
  if (i + width <= k) add(even, i);
  for (std::size_t r = 0; r < few; ++r) sums[r] = even[r] + odd[r];
}

// The sums of the lanes of as many registers as there are lanes.
Lanes lane_sums(const std::array<Lanes::Register, width>& registers) {
#if XSIMD_WITH_AVX512F  // whose haddp is wrong in xsimd 8.1, in float
  using Half = xsimd::batch<Scalar, xsimd::avx2>;
  constexpr std::size_t half = Half::size;
  alignas(pool::alignment) std::array<Scalar, width * width> lanes;
  alignas(pool::alignment) std::array<Scalar, width> totals;
  for (std::size_t r = 0; r < width; ++r) registers[r].store_aligned(lanes.data() + r * width);
  for (std::size_t first = 0; first < width; first += half) {
    std::array<Half, half> folded;
    for (std::size_t r = 0; r < half; ++r) {
      const Scalar* const both = lanes.data() + (first + r) * width;
      folded[r] = Half::load_aligned(both) + Half::load_aligned(both + half);
    }
    xsimd::haddp(folded.data()).store_aligned(totals.data() + first);
  }
  return Lanes::Register::load_aligned(totals.data());
#else
  return xsimd::haddp(registers.data());
#endif
}

// One register of y: as many rows of w as it has lanes.
void block(std::size_t k, const Scalar* w, const Scalar* x, const Scalar* start, Scalar* y) {
  std::array<Lanes::Register, width> sums;
  for (std::size_t r = 0; r < width; r += few) multiply_rows(k, w + r * k, x, sums.data() + r);
  const Lanes sum = lane_sums(sums);
  (start == nullptr ? sum : sum + Lanes::load(start)).store(y);
  const std::size_t done = k / width * width;
  for (std::size_t r = 0; r < width && done < k; ++r)
    y[r] = std::inner_product(x + done, x + k, w + r * k + done, y[r]);
}

}  // namespace

bool matvec_pays(std::size_t n) { return n >= width; }

void matvec(std::size_t n, std::size_t k, const Scalar* w, const Scalar* x, const Scalar* start, Scalar* y) {
  for (std::size_t row = 0; row < n; row += width) {
    const std::size_t r = std::min(row, n - width);  // the last block may do some rows again
    block(k, w + r * k, x, start == nullptr ? nullptr : start + r, y + r);
  }
}

}  // namespace rw::inline REWIND_ABI
