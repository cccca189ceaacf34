// Loops over contiguous memory that several families of operations share: values only, nothing is recorded.
#pragma once

#include <cstdint>

#include "autograd/array.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {

// An array seen around its axes first ... last - 1: (outer, n, inner).
struct Block {
  std::size_t outer, n, inner;
};
Block block_of(const Shape& shape, std::size_t first, std::size_t last);

// The coordinates of an array's element number `at`.
Shape position_of(std::size_t at, const Shape& shape);

// The axes that an operation works over, and the shapes that are left. No axes: all of them.
struct Over {
  Over(const char* op, const Shape& shape, const Axes& axes);
  bool has(std::size_t axis) const { return (set >> axis & 1) != 0; }
  const Shape& shape(bool keepdims) const { return keepdims ? kept : dropped; }

  std::uint64_t set = 0;  // bit i: axis i
  std::size_t n = 1;      // elements over these axes
  Shape kept, dropped;    // with size 1 in place of each axis, and without them
};

// Sum over the axes; the result has shape over.kept. Relative error ~1e-6 for a million floats of one sign.
Array summed(const char* op, const Array& x, const Over& over);

// log(sum(exp(x))) of n elements is shift + log_total; shift is the largest element, or 0 if that is infinite.
// Kept apart, a difference to one of the elements stays exact for large ones.
struct LogSum {
  Scalar shift, log_total;
};
LogSum logsumexp_row(const Scalar* x, std::size_t n);

// y = exp(x) / sum(exp(x)) of n elements, y may be x; zeros where every x is -inf.
void softmax_row(const Scalar* x, Scalar* y, std::size_t n);

// Axis i of the result is axis order[i] of x.
Array permuted(const char* op, const Array& x, const Axes& order);

// The elements of all parts one after another, in this shape. No copy if that is how they lie in memory.
Array joined(const char* op, const Tensors& parts, const Shape& whole);

// x repeated along the axes where its shape is 1 (or missing) and `shape` is not.
Array expanded(const char* op, const Array& x, const Shape& shape);

// The value of a formula that is made of operations, without entries for its steps.
template <class F>
Array unrecorded(F formula) {
  const Pause pause;
  const Tensor y = formula();
  return share(y.value(), y.shape());
}

}  // namespace rw::inline REWIND_ABI
