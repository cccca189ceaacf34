#include "nn/conv1d.hpp"

#include <cmath>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "nn/init.hpp"
#include "nn/recurrent.hpp"

namespace rw::inline REWIND_ABI::nn {

Conv1d::Conv1d(std::size_t in, std::size_t out, std::size_t width, Rng& rng) {
  if (width == 0) fail("conv1d", "width 0: expected at least 1");
  weight = init::uniform({out, in, width}, std::sqrt(6. / static_cast<double>(width * (in + out))), rng);
  bias = init::constant({out}, 0);
}

// The W shifted copies of x side by side, (T, B, W D), and one product.
Tensor Conv1d::operator()(const Tensor& x, const Mask& mask) const {
  const std::size_t C = weight.size(0), D = weight.size(1), W = weight.size(2), before = (W - 1) / 2;
  check_input("conv1d", D, x);
  mask.check("conv1d", x.shape());
  const std::size_t B = x.size(1);
  const Tensor padded =
      concat({Array(Shape{before, B, D}, 0), mask.zero_padding(x), Array(Shape{W - 1 - before, B, D}, 0)});
  Tensors windows;
  for (std::size_t w = 0; w < W; ++w) {
    const auto start = static_cast<std::ptrdiff_t>(w);
    windows.push_back(slice(padded, 0, start, start + static_cast<std::ptrdiff_t>(x.size(0))));
  }
  return affine(concat(windows, -1), reshape(permute(weight, {0, 2, 1}), {C, W * D}), bias);
}

}  // namespace rw::inline REWIND_ABI::nn
