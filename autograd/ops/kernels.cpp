#include "autograd/ops/kernels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {
namespace {

constexpr std::size_t lanes = 64;  // independent accumulators: a few SIMD registers
constexpr std::size_t run = 32;    // terms added in Scalar before they go into a double

template <std::size_t L>
double folded(Scalar (&acc)[L]) {
  for (std::size_t width = L / 2; width > 0; width /= 2)
    for (std::size_t l = 0; l < width; ++l) acc[l] += acc[l + width];
  return static_cast<double>(acc[0]);
}

// Adds chunks of L elements while they last; returns how many elements were added.
template <std::size_t L>
std::size_t add_chunks(const Scalar* x, std::size_t n, double& total) {
  std::size_t i = 0;
  while (n - i >= L) {
    Scalar acc[L] = {};
    const std::size_t chunks = std::min(run, (n - i) / L);
    for (std::size_t r = 0; r < chunks; ++r, i += L)
      for (std::size_t l = 0; l < L; ++l) acc[l] += x[i + l];
    total += folded(acc);
  }
  return i;
}

Scalar row_sum(const Scalar* x, std::size_t n) {
  double total = 0;
  std::size_t i = add_chunks<lanes>(x, n, total);
  i += add_chunks<8>(x + i, n - i, total);
  for (; i < n; ++i) total += static_cast<double>(x[i]);
  return static_cast<Scalar>(total);
}

// y[c] = sum of x[r, c] over r, for `width` columns of rows `stride` apart.
template <class Width>
void sum_strip(const Scalar* x, Scalar* y, std::size_t n, std::size_t stride, Width width) {
  double total[lanes] = {};
  for (std::size_t r = 0; r < n; r += run) {
    Scalar acc[lanes] = {};
    for (std::size_t k = r, end = std::min(n, r + run); k < end; ++k)
      for (std::size_t c = 0; c < width; ++c) acc[c] += x[k * stride + c];
    for (std::size_t c = 0; c < width; ++c) total[c] += static_cast<double>(acc[c]);
  }
  for (std::size_t c = 0; c < width; ++c) y[c] = static_cast<Scalar>(total[c]);
}

// x (outer, n, inner) -> y (outer, inner)
void sum_block(const Scalar* x, Scalar* y, Block b) {
  for (std::size_t o = 0; o < b.outer; ++o, x += b.n * b.inner, y += b.inner) {
    if (b.inner == 1) {
      *y = row_sum(x, b.n);
      continue;
    }
    std::size_t c = 0;
    for (; c + lanes <= b.inner; c += lanes)
      sum_strip(x + c, y + c, b.n, b.inner, std::integral_constant<std::size_t, lanes>());
    if (c < b.inner) sum_strip(x + c, y + c, b.n, b.inner, b.inner - c);
  }
}

// An axis of a permuted array: its size, and the steps between its elements there and here.
struct Axis {
  std::size_t size, from, to;
};
using AxisList = AxisVector<Axis>;

// Calls f(from, to) with the offsets of every combination of the axes' places.
template <class F>
void for_each_offset(const AxisList& axes, F f) {
  Shape place(axes.size());
  std::size_t from = 0, to = 0;
  while (true) {
    f(from, to);
    std::size_t k = axes.size();
    for (; k > 0; --k) {
      const Axis& axis = axes[k - 1];
      from += axis.from, to += axis.to;
      if (++place[k - 1] < axis.size) break;
      place[k - 1] = 0, from -= axis.from * axis.size, to -= axis.to * axis.size;
    }
    if (k == 0) return;
  }
}

// The axes in the result's order, without those of size 1; neighbours that stay neighbours become one.
AxisList merged_axes(const Shape& shape, const Axes& order) {
  Shape step(shape.size());
  for (std::size_t i = shape.size(), n = 1; i-- > 0; n *= shape[i]) step[i] = n;
  AxisList axes;
  for (std::ptrdiff_t a : order) {
    const auto axis = static_cast<std::size_t>(a);
    if (shape[axis] == 1) continue;
    if (!axes.empty() && axes.back().from == shape[axis] * step[axis])
      axes.back().size *= shape[axis], axes.back().from = step[axis];
    else
      axes.push_back({shape[axis], step[axis], 0});
  }
  for (std::size_t i = axes.size(), n = 1; i-- > 0; n *= axes[i].size) axes[i].to = n;
  return axes;
}

// rows: contiguous in x; columns: contiguous in y. In tiles, so that both stay in the cache.
void transpose_tiles(const Scalar* x, Scalar* y, const Axis& rows, const Axis& columns) {
  constexpr std::size_t tile = 16;
  for (std::size_t r0 = 0; r0 < rows.size; r0 += tile)
    for (std::size_t c0 = 0; c0 < columns.size; c0 += tile)
      for (std::size_t r = r0, r1 = std::min(rows.size, r0 + tile); r < r1; ++r)
        for (std::size_t c = c0, c1 = std::min(columns.size, c0 + tile); c < c1; ++c)
          y[r * rows.to + c] = x[c * columns.from + r];
}

}  // namespace

Block block_of(const Shape& shape, std::size_t first, std::size_t last) {
  Block b{1, 1, 1};
  for (std::size_t i = 0; i < shape.size(); ++i) (i < first ? b.outer : i < last ? b.n : b.inner) *= shape[i];
  return b;
}

Shape position_of(std::size_t at, const Shape& shape) {
  Shape position = shape;
  for (std::size_t i = shape.size(); i-- > 0; at /= shape[i]) position[i] = at % shape[i];
  return position;
}

Over::Over(const char* op, const Shape& shape, const Axes& axes) : kept(shape) {
  if (axes.empty()) set = (std::uint64_t{1} << shape.size()) - 1;
  for (std::ptrdiff_t axis : axes) {
    const std::uint64_t bit = std::uint64_t{1} << check_axis(op, axis, shape.size());
    if ((set & bit) != 0) fail(op, fmt::format("axis {} is named twice", axis));
    set |= bit;
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (has(i)) n *= shape[i], kept[i] = 1;
    if (!has(i)) dropped.push_back(shape[i]);
  }
}

Array summed(const char* op, const Array& x, const Over& over) {
  if (over.set == 0) return x;
  Array y = share(x, x.shape());
  for (std::size_t last = x.dimension(); last > 0;) {  // one group of neighbouring axes after the other
    std::size_t first = last;
    while (first > 0 && over.has(first - 1)) --first;
    if (first == last) {
      --last;
      continue;
    }
    Shape shape = y.shape();
    for (std::size_t i = first; i < last; ++i) shape[i] = 1;
    Array z = allocate(op, shape);
    sum_block(y.data(), z.data(), block_of(y.shape(), first, last));
    y = std::move(z), last = first;
  }
  return y;
}

Array permuted(const char* op, const Array& x, const Axes& order) {
  Shape shape(x.dimension());
  for (std::size_t i = 0; i < shape.size(); ++i) shape[i] = x.shape()[static_cast<std::size_t>(order[i])];
  Array y = allocate(op, shape);
  if (x.size() == 0) return y;
  AxisList axes = merged_axes(x.shape(), order);
  const auto contiguous = std::find_if(axes.begin(), axes.end(), [](const Axis& a) { return a.from == 1; });
  if (contiguous == axes.end()) {  // one element
    y.data()[0] = x.data()[0];
    return y;
  }
  const Axis rows = *contiguous, columns = axes.back();
  axes.erase(contiguous);
  if (rows.to == 1) {
    for_each_offset(axes,
                    [&](std::size_t from, std::size_t to) { std::copy_n(x.data() + from, rows.size, y.data() + to); });
    return y;
  }
  axes.resize(axes.size() - 1);
  for_each_offset(
      axes, [&](std::size_t from, std::size_t to) { transpose_tiles(x.data() + from, y.data() + to, rows, columns); });
  return y;
}

Array joined(const char* op, const Tensors& parts, const Shape& whole) {
  bool adjacent = true;
  for (std::size_t k = 1; k < parts.size() && adjacent; ++k)
    adjacent = parts[k - 1].value().storage().continues_in(parts[k].value().storage());
  if (adjacent) return share(parts[0].value(), whole);
  Array y = allocate(op, whole);
  Scalar* to = y.data();
  for (const Tensor& part : parts) to = std::copy_n(part.value().data(), part.size(), to);
  return y;
}

Array expanded(const char* op, const Array& x, const Shape& shape) {
  const std::size_t rank = shape.size();
  Shape now(rank, 1);
  std::copy(x.shape().begin(), x.shape().end(), now.end() - static_cast<std::ptrdiff_t>(x.dimension()));
  if (now == shape) return share(x, shape);
  Array y = share(x, now);
  for (std::size_t last = rank; last > 0;) {  // one group of neighbouring axes after the other
    std::size_t first = last;
    while (first > 0 && y.shape()[first - 1] != shape[first - 1]) --first;
    if (first == last) {
      --last;
      continue;
    }
    for (std::size_t i = first; i < last; ++i) now[i] = shape[i];
    const Block b = block_of(now, first, last);
    Array z = allocate(op, now);
    const Scalar* from = y.data();
    Scalar* to = z.data();
    for (std::size_t o = 0; o < b.outer; ++o, from += b.inner) {
      if (b.inner == 1)
        to = std::fill_n(to, b.n, *from);
      else
        for (std::size_t k = 0; k < b.n; ++k) to = std::copy_n(from, b.inner, to);
    }
    y = std::move(z), last = first;
  }
  return y;
}

}  // namespace rw::inline REWIND_ABI
