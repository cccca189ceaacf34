#include "autograd/matvec.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "autograd/simd_math.hpp"

namespace rw::inline REWIND_ABI {
namespace {

constexpr std::size_t width = Lanes::size;

// One register of y: as many rows of w at a time as it has lanes.
void block(std::size_t k, const Scalar* w, const Scalar* x, const Scalar* start, Scalar* y) {
  constexpr std::size_t line = 64 / sizeof(Scalar), ahead = 32 * line;
  std::array<Lanes::Register, width> sums;
  sums.fill(Lanes::Register(0));
  const auto add = [&](std::size_t i) __attribute__((always_inline)) {
    const Lanes part = Lanes::load(x + i);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < width; ++r) sums[r] = xsimd::fma(part.v, Lanes::load(w + r * k + i).v, sums[r]);
  };
  std::size_t i = 0;
  for (; i + line <= k; i += line) {
#pragma GCC unroll 16
    for (std::size_t r = 0; r < width; ++r) __builtin_prefetch(w + r * k + i + ahead);
#pragma GCC unroll 4
    for (std::size_t j = 0; j < line; j += width) add(i + j);
  }
  for (; i + width <= k; i += width) add(i);
  const Lanes sum = xsimd::haddp(sums.data());
  (start == nullptr ? sum : sum + Lanes::load(start)).store(y);
  for (std::size_t r = 0; r < width && i < k; ++r) y[r] = std::inner_product(x + i, x + k, w + r * k + i, y[r]);
}

}  // namespace

bool matvec_pays(std::size_t n, std::size_t k) {
  return n >= width && n * k <= (std::size_t{1} << 20) / sizeof(Scalar);
}

void matvec(std::size_t n, std::size_t k, const Scalar* w, const Scalar* x, const Scalar* start, Scalar* y) {
  for (std::size_t row = 0; row < n; row += width) {
    const std::size_t r = std::min(row, n - width);  // the last block may do some rows again
    block(k, w + r * k, x, start == nullptr ? nullptr : start + r, y + r);
  }
}

}  // namespace rw::inline REWIND_ABI
