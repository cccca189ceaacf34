// Operations that move elements and compute nothing.
#include <fmt/format.h>

#include <algorithm>

#include "autograd/check.hpp"
#include "autograd/ops/kernels.hpp"
#include "autograd/record.hpp"
#include "autograd/slab.hpp"

namespace rw::inline REWIND_ABI {
namespace {

using Sizes = std::vector<std::size_t, pool::Allocator<std::size_t>>;

// Elements start, start + step, ... of one axis, n of them.
struct Range {
  std::size_t axis, start, n, step;
};

// Copies between x (outer, whole, inner) and its part (outer, n, inner); `to_part` tells which way.
void copy_range(const Scalar* from, Scalar* to, const Shape& whole, const Range& range, bool to_part) {
  const Block b = block_of(whole, range.axis, range.axis + 1);
  const std::size_t leap = range.step * b.inner, piece = range.step == 1 ? range.n * b.inner : b.inner;
  for (std::size_t o = 0; o < b.outer; ++o) {
    std::size_t in_whole = (o * b.n + range.start) * b.inner, in_part = o * range.n * b.inner;
    for (std::size_t k = 0; k < range.n; k += range.step == 1 ? range.n : 1, in_whole += leap, in_part += piece)
      std::copy_n(from + (to_part ? in_whole : in_part), piece, to + (to_part ? in_part : in_whole));
  }
}

// Contiguous ranges need no copy: they share the elements.
Array part_of(const char* op, const Array& x, const Range& range) {
  Shape shape = x.shape();
  shape[range.axis] = range.n;
  const Block b = block_of(x.shape(), range.axis, range.axis + 1);
  if (b.outer == 1 && range.step == 1) return share(x, shape, range.start * b.inner);
  Array y = allocate(op, shape);
  copy_range(x.data(), y.data(), x.shape(), range, true);
  return y;
}

Tensor unslice(const Tensor& dy, const Shape& whole, const Range& range);

Tensor slice_range(const Tensor& x, const Range& range) {
  return record("slice", part_of("slice", x.value(), range),
                wrt(x, [whole = x.shape(), range](auto& dy) { return unslice(dy, whole, range); }));
}

// The adjoint of slice: dy put back in its place among zeros.
Tensor unslice(const Tensor& dy, const Shape& whole, const Range& range) {
  Array x = zeros("unslice", whole);
  copy_range(dy.value().data(), x.data(), whole, range, false);
  return record("unslice", std::move(x), wrt(dy, [range](auto& dx) { return slice_range(dx, range); }));
}

// The cotangents of all outputs of an entry; zeros where nothing came back.
Tensors all_cotangents(const Rewinding& step, std::size_t n) {
  Tensors all(n);
  for (std::size_t k = 0; k < n; ++k) {
    all[k] = step.cotangent(k);
    if (!all[k].defined()) all[k] = Tensor(zeros("zeros", step.output_shape(k)));
  }
  return all;
}

Tensors split_sizes(const Tensor& x, const Sizes& sizes, std::size_t axis) {
  Tensors parts;
  std::size_t start = 0;
  for (std::size_t n : sizes) {
    parts.push_back(result("split", part_of("split", x.value(), {axis, start, n, 1}), {&x, 1}));
    start += n;
  }
  record("split", {&x, 1}, parts, [axis, n = sizes.size()](Rewinding& step) {
    step.add(0, concat(all_cotangents(step, n), static_cast<std::ptrdiff_t>(axis)));
  });
  return parts;
}

Array joined(const char* op, const Tensors& parts, const Shape& whole, std::size_t axis, const Sizes& sizes) {
  if (axis == 0) return joined(op, parts, whole);
  Array y = allocate(op, whole);
  std::size_t start = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    copy_range(parts[k].value().data(), y.data(), whole, {axis, start, sizes[k], 1}, false);
    start += sizes[k];
  }
  return y;
}

// The axes of a rank with one of them moved to another place.
Axes moved_axis(std::size_t rank, std::size_t from, std::size_t to) {
  Axes order;
  for (std::size_t i = 0; i < rank; ++i)
    if (i != from) order.push_back(static_cast<std::ptrdiff_t>(i));
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(to), static_cast<std::ptrdiff_t>(from));
  return order;
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (count(shape) != x.size())
    fail("reshape",
         fmt::format("x {} to {}: {} and {} elements", to_string(x.shape()), to_string(shape), x.size(), count(shape)));
  return record("reshape", share(x.value(), shape),
                wrt(x, [before = x.shape()](auto& dy) { return reshape(dy, before); }));
}

Tensor permute(const Tensor& x, const Axes& axes) {
  if (axes.size() != x.dim())
    fail("permute", fmt::format("x {}: expected {} axes, got {}", to_string(x.shape()), x.dim(), axes.size()));
  if (axes.empty()) return x;
  static_cast<void>(Over("permute", x.shape(), axes));  // each axis once
  Axes order(axes.size()), inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = check_axis("permute", axes[i], axes.size());
    order[i] = static_cast<std::ptrdiff_t>(axis), inverse[axis] = static_cast<std::ptrdiff_t>(i);
  }
  return record("permute", permuted("permute", x.value(), order),
                wrt(x, [inverse](auto& dy) { return permute(dy, inverse); }));
}

Tensor transpose(const Tensor& x, std::ptrdiff_t a, std::ptrdiff_t b) {
  Axes order(x.dim());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::ptrdiff_t>(i);
  std::swap(order[check_axis("transpose", a, x.dim())], order[check_axis("transpose", b, x.dim())]);
  return permute(x, order);
}

Tensor slice(const Tensor& x, std::ptrdiff_t axis, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step) {
  const std::size_t a = check_axis("slice", axis, x.dim());
  const auto size = static_cast<std::ptrdiff_t>(x.shape()[a]);
  const std::ptrdiff_t first = start < 0 ? start + size : start, end = stop < 0 ? stop + size : stop;
  if (first < 0 || end > size || first > end)
    fail("slice", fmt::format("{} to {} of axis {} of x {}: expected 0 <= start <= stop <= {}", start, stop, axis,
                              to_string(x.shape()), size));
  if (step < 1) fail("slice", fmt::format("step {}: expected at least 1; flip() reverses an axis", step));
  if (end - first == size && step == 1) return x;
  const std::ptrdiff_t n = (end - first + step - 1) / step;
  return slice_range(x,
                     {a, static_cast<std::size_t>(first), static_cast<std::size_t>(n), static_cast<std::size_t>(step)});
}

Tensor concat(const Tensors& parts, std::ptrdiff_t axis) {
  if (parts.empty()) fail("concat", "expected at least one part, got none");
  Shape whole = parts[0].shape();
  const std::size_t a = check_axis("concat", axis, whole.size());
  whole[a] = 0;
  Sizes sizes;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    Shape rest = parts[k].shape();
    if (rest.size() == whole.size()) sizes.push_back(rest[a]), rest[a] = whole[a];
    if (rest != whole)
      fail("concat", fmt::format("part {} {} and part 0 {}: sizes may differ in axis {} only", k,
                                 to_string(parts[k].shape()), to_string(parts[0].shape()), a));
    whole[a] += sizes[k];
  }
  const Tensor y = result("concat", joined("concat", parts, whole, a, sizes), parts);
  record("concat", parts, {&y, 1}, [sizes, a](Rewinding& step) {
    const Tensors pieces = split_sizes(step.cotangent(), sizes, a);
    for (std::size_t k = 0; k < pieces.size(); ++k) step.add(k, pieces[k]);
  });
  return y;
}

Tensor stack(const Tensors& parts, std::ptrdiff_t axis) {
  if (parts.empty()) fail("stack", "expected at least one part, got none");
  const Shape& one = parts[0].shape();
  for (std::size_t k = 1; k < parts.size(); ++k)
    check_shape("stack", fmt::format("part {}", k).c_str(), one, parts[k].shape());
  const std::size_t a = check_axis("stack", axis, one.size() + 1);
  Shape whole = one;
  whole.push_back(parts.size());
  std::rotate(whole.begin() + static_cast<std::ptrdiff_t>(a), whole.end() - 1, whole.end());
  const Tensor y = result("stack", joined("stack", parts, whole, a, Sizes(parts.size(), 1)), parts);
  record("stack", parts, {&y, 1}, [a](Rewinding& step) {
    const Tensor& dy = step.cotangent();
    const Tensors pieces = unbind(a == 0 ? dy : permute(dy, moved_axis(dy.dim(), a, 0)));
    for (std::size_t k = 0; k < pieces.size(); ++k) step.add(k, pieces[k]);
  });
  return y;
}

Tensors split(const Tensor& x, std::size_t parts, std::ptrdiff_t axis) {
  const std::size_t a = check_axis("split", axis, x.dim()), size = x.shape()[a];
  if (parts == 0 || size % parts != 0)
    fail("split", fmt::format("axis {} of x {} does not split into {} equal parts", axis, to_string(x.shape()), parts));
  return split_sizes(x, Sizes(parts, size / parts), a);
}

Tensors unbind(const Tensor& x) {
  if (x.dim() == 0) fail("unbind", "x (): a scalar has no axes");
  const std::size_t n = x.shape()[0];
  Tensors parts;
  parts.reserve(n);
  for (std::size_t k = 0; k < n; ++k) parts.push_back(result("unbind", slice_of(x.value(), k), {&x, 1}));
  if (n == 0 || !recording("unbind", {&x, 1})) return parts;
  const auto slab = std::allocate_shared<Slab>(pool::Allocator<Slab>(), x.shape());
  record("unbind", {&x, 1}, parts, [n, slab](Rewinding& step) {
    step.add(0, stack(all_cotangents(step, n)));
    slab->clear();
  });
  for (std::size_t k = 0; k < n; ++k)
    parts[k].node()->slab = slab, parts[k].node()->slice = static_cast<std::uint32_t>(k);
  return parts;
}

Tensor select(const Tensor& x, std::ptrdiff_t axis, std::ptrdiff_t index) {
  const std::size_t a = check_axis("select", axis, x.dim());
  const auto size = static_cast<std::ptrdiff_t>(x.shape()[a]);
  if (index < -size || index >= size)
    fail("select", fmt::format("index {}: expected {} to {}, axis {} of x {}", index, -size, size - 1, axis,
                               to_string(x.shape())));
  const std::ptrdiff_t place = index < 0 ? index + size : index;
  Shape shape = x.shape();
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(a));
  return reshape(slice(x, static_cast<std::ptrdiff_t>(a), place, place + 1), shape);
}

Tensor expand(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (broadcast_shape("expand", x.shape(), shape) != shape)
    fail("expand", fmt::format("x {} does not broadcast to {}", to_string(x.shape()), to_string(shape)));
  return record("expand", expanded("expand", x.value(), shape),
                wrt(x, [before = x.shape()](auto& dy) { return sum_to(dy, before); }));
}

Tensor flip(const Tensor& x, const Axes& axes) {
  const Over over("flip", x.shape(), axes);
  Array y = share(x.value(), x.shape());
  for (std::size_t axis = 0; axis < x.dim(); ++axis) {
    if (!over.has(axis)) continue;
    const Block b = block_of(x.shape(), axis, axis + 1);
    Array z = allocate("flip", x.shape());
    for (std::size_t o = 0; o < b.outer; ++o)
      for (std::size_t k = 0; k < b.n; ++k)
        std::copy_n(y.data() + (o * b.n + k) * b.inner, b.inner, z.data() + (o * b.n + b.n - 1 - k) * b.inner);
    y = std::move(z);
  }
  return record("flip", std::move(y), wrt(x, [axes](auto& dy) { return flip(dy, axes); }));
}

}  // namespace rw::inline REWIND_ABI
