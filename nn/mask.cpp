#include "nn/mask.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"

namespace rw::inline REWIND_ABI::nn {

Mask::Mask(const Array& real) {
  check_rank("mask", "mask (T, B)", 2, real.shape());
  const std::size_t T = real.shape()[0], B = real.shape()[1];
  for (std::size_t t = 0; t < T; ++t) {
    const Scalar* row = real.data() + t * B;
    for (std::size_t b = 0; b < B; ++b)
      if (row[b] != 0 && row[b] != 1)
        fail("mask", fmt::format("step {} of sequence {} is {}: expected 1 (real) or 0 (padding)", t, b, row[b]));
    full_.push_back(std::all_of(row, row + B, [](Scalar m) { return m != 0; }));
  }
  real_ = reshape(real, {T, B, 1});
  steps_ = unbind(real_);
}

Mask Mask::chunk(std::size_t begin, std::size_t end) const {
  if (!real_.defined()) return {};
  const Tensor part = slice(real_, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end));
  return Mask(reshape(part, {part.size(0), part.size(1)}).value());
}

void Mask::check(const char* op, const Shape& x) const {
  if (!real_.defined()) return;
  const Shape &own = real_.shape(), steps{own[0], own[1]}, expected{x[0], x[1]};
  check_shape(op, "mask", expected, steps);
}

bool Mask::padded() const { return std::find(full_.begin(), full_.end(), false) != full_.end(); }

RealSteps Mask::real_steps(const char* op, const Shape& x) const {
  check(op, x);
  const std::size_t T = x[0], B = x[1];
  RealSteps steps{IndexArray(Shape{B}, 0), IndexArray(Shape{B}, 0)};
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t b = 0; b < B; ++b)
      if (!real_.defined() || real_.value().data()[t * B + b] != 0)
        ++steps.count.data()[b], steps.last.data()[b] = static_cast<Index>(t);
  for (std::size_t b = 0; b < B; ++b)
    if (steps.count.data()[b] == 0) fail(op, fmt::format("sequence {} of {} has no real step", b, B));
  return steps;
}

Tensor Mask::fill_padding(const Tensor& x, Scalar value) const { return padded() ? where(real_, x, value) : x; }

Tensor Mask::keep(std::size_t t, const Tensor& next, const Tensor& previous) const {
  return real_.defined() && !full_[t] ? where(steps_[t], next, previous) : next;
}

Mask mask_of_lengths(const IndexArray& lengths, std::size_t T) {
  check_rank("mask", "lengths", 1, lengths.shape());
  const std::size_t B = lengths.size();
  Array real(Shape{T, B}, 0);
  for (std::size_t b = 0; b < B; ++b) {
    const Index length = lengths.data()[b];
    if (length < 1 || static_cast<std::size_t>(length) > T)
      fail("mask", fmt::format("length {} of sequence {}: expected 1 to {}", length, b, T));
    for (std::size_t t = 0; t < static_cast<std::size_t>(length); ++t) real.data()[t * B + b] = 1;
  }
  return Mask(real);
}

}  // namespace rw::inline REWIND_ABI::nn
