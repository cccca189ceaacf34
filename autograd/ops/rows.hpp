// Loops over the elements of a row, in SIMD registers and then one by one. f takes Lanes as well as Scalars.
#pragma once

#include "autograd/simd_math.hpp"

namespace rw::inline REWIND_ABI {

// f(x[i], ...) summed over i < n.
template <class F>
Scalar sum_of(std::size_t n, F f, const auto*... x) {
  Lanes total = Scalar(0);
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) total = total + f(Lanes::load(x + i)...);
  Scalar rest = sum(total);
  for (; i < n; ++i) rest += f(x[i]...);
  return rest;
}

// y[i] = f(x[i], ...) for i < n.
template <class F>
void fill_with(Scalar* y, std::size_t n, F f, const auto*... x) {
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) f(Lanes::load(x + i)...).store(y + i);
  for (; i < n; ++i) y[i] = f(x[i]...);
}

}  // namespace rw::inline REWIND_ABI
