// Look-ups by integer indices. Their adjoints add into zeros, and are operations as well.
#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops/kernels.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// The rules hold the indices by share(): this makes the one copy that the caller cannot change.
IndexArray own(const IndexArray& indices) { return indices; }
IndexArray held(const IndexArray& indices) { return share(indices, indices.shape()); }

// what() words the limit, if it must.
template <class What>
void check_indices(const char* op, const IndexArray& indices, std::size_t limit, const What& what) {
  const Index* const all = indices.data();
  bool bad = false;
  for (std::size_t i = 0, n = indices.size(); i < n; ++i) bad |= static_cast<std::uint32_t>(all[i]) >= limit;
  if (!bad) return;
  std::size_t at = 0;
  while (static_cast<std::uint32_t>(all[at]) < limit) ++at;
  fail(op, fmt::format("index {} at {}: expected 0 <= index < {}, {}", all[at],
                       to_string(position_of(at, indices.shape())), limit, what()));
}

Tensor scatter_rows(const Tensor& dy, const IndexArray& indices, std::size_t rows);

// weight (V, D), indices S -> S + (D)
Tensor rows_at(const Tensor& weight, const IndexArray& indices) {
  const std::size_t width = weight.shape()[1];
  Shape shape = indices.shape();
  shape.push_back(width);
  Array y = allocate("embedding", shape);
  for (std::size_t i = 0; i < indices.size(); ++i)
    std::copy_n(weight.value().data() + static_cast<std::size_t>(indices.data()[i]) * width, width,
                y.data() + i * width);
  return record("embedding", std::move(y), wrt(weight, [indices = held(indices), rows = weight.shape()[0]](auto& dy) {
                  return scatter_rows(dy, indices, rows);
                }));
}

// The adjoint: dy S + (D) -> (V, D), the rows added where they came from.
Tensor scatter_rows(const Tensor& dy, const IndexArray& indices, std::size_t rows) {
  const std::size_t width = dy.shape().back();
  Array x = zeros("scatter_add", Shape{rows, width});
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Scalar* const from = dy.value().data() + i * width;
    Scalar* const to = x.data() + static_cast<std::size_t>(indices.data()[i]) * width;
    for (std::size_t d = 0; d < width; ++d) to[d] += from[d];
  }
  return record("scatter_add", std::move(x),
                wrt(dy, [indices = held(indices)](auto& dx) { return rows_at(dx, indices); }));
}

// Calls f(place among the indices, place in an array of shape `whole`).
template <class F>
void for_each_index(const IndexArray& indices, const Shape& whole, std::size_t axis, F f) {
  const Block there = block_of(whole, axis, axis + 1), here = block_of(indices.shape(), axis, axis + 1);
  std::size_t i = 0;
  for (std::size_t o = 0; o < here.outer; ++o)
    for (std::size_t k = 0; k < here.n; ++k)
      for (std::size_t in = 0; in < here.inner; ++in, ++i)
        f(i, (o * there.n + static_cast<std::size_t>(indices.data()[i])) * there.inner + in);
}

Tensor scatter_along(const Tensor& dy, const Shape& whole, std::size_t axis, const IndexArray& indices);

Tensor gather_along(const Tensor& x, std::size_t axis, const IndexArray& indices) {
  Array y = allocate("gather", indices.shape());
  const Scalar* const from = x.value().data();
  Scalar* const to = y.data();
  for_each_index(indices, x.shape(), axis, [&](std::size_t i, std::size_t at) { to[i] = from[at]; });
  return record("gather", std::move(y), wrt(x, [whole = x.shape(), axis, indices = held(indices)](auto& dy) {
                  return scatter_along(dy, whole, axis, indices);
                }));
}

Tensor scatter_along(const Tensor& dy, const Shape& whole, std::size_t axis, const IndexArray& indices) {
  Array x = zeros("scatter_add", whole);
  const Scalar* const from = dy.value().data();
  Scalar* const to = x.data();
  for_each_index(indices, whole, axis, [&](std::size_t i, std::size_t at) { to[at] += from[i]; });
  return record("scatter_add", std::move(x),
                wrt(dy, [axis, indices = held(indices)](auto& dx) { return gather_along(dx, axis, indices); }));
}

}  // namespace

Tensor embedding(const Tensor& weight, const IndexArray& indices) {
  check_rank("embedding", "weight", 2, weight.shape());
  check_indices("embedding", indices, weight.shape()[0],
                [&] { return "the rows of weight " + to_string(weight.shape()); });
  return rows_at(weight, own(indices));
}

Tensor one_hot(const IndexArray& indices, std::size_t width) {
  check_indices("one_hot", indices, width, [] { return "the width"; });
  Shape shape = indices.shape();
  shape.push_back(width);
  Array y = zeros("one_hot", shape);
  for (std::size_t i = 0; i < indices.size(); ++i)
    y.data()[i * width + static_cast<std::size_t>(indices.data()[i])] = 1;
  return y;
}

Tensor gather(const Tensor& x, std::ptrdiff_t axis, const IndexArray& indices) {
  const std::size_t a = check_axis("gather", axis, x.dim());
  Shape expected = x.shape();
  if (indices.dimension() == x.dim()) expected[a] = indices.shape()[a];
  check_shape("gather", "indices", expected, indices.shape());
  check_indices("gather", indices, x.shape()[a],
                [&] { return fmt::format("axis {} of x {}", axis, to_string(x.shape())); });
  return gather_along(x, a, own(indices));
}

Tensor pick(const Tensor& x, const IndexArray& indices) {
  if (x.dim() == 0) fail("pick", "x (): a scalar has no axes");
  const Shape rows(x.shape().begin(), x.shape().end() - 1);
  check_shape("pick", "indices", rows, indices.shape());
  check_indices("pick", indices, x.shape().back(), [&] { return "the last axis of x " + to_string(x.shape()); });
  Shape column = rows;
  column.push_back(1);
  return reshape(gather_along(x, x.dim() - 1, share(own(indices), column)), rows);
}

}  // namespace rw::inline REWIND_ABI
