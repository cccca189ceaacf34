// Sums, means, maxima, and the softmax family.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "autograd/check.hpp"
#include "autograd/ops/kernels.hpp"
#include "autograd/record.hpp"
#include "autograd/simd_math.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// NaN wins.
Scalar row_max(const Scalar* x, std::size_t n) {
  Lanes top = -std::numeric_limits<Scalar>::infinity();
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) top = maximum(top, Lanes::load(x + i));
  Scalar last[Lanes::size];
  top.store(last);
  const auto greater_of = [](Scalar m, Scalar v) { return v > m || v != v ? v : m; };
  const Scalar whole = std::accumulate(last + 1, last + Lanes::size, last[0], greater_of);
  return std::accumulate(x + i, x + n, whole, greater_of);
}

// Stores exp(x - shift) through `store` and returns the sum.
template <class Store>
Scalar exp_row(const Scalar* x, std::size_t n, Scalar shift, Store store) {
  Lanes total = Scalar(0);
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) {
    const Lanes y = exp(Lanes::load(x + i) - shift);
    total = total + y;
    store(i, y, Lanes::size);
  }
  if (i == n) return sum(total);
  const Lanes y = exp(Lanes::load(x + i, n - i) - shift);
  store(i, y, n - i);
  Scalar tail[Lanes::size];
  y.store(tail);
  return std::accumulate(tail, tail + (n - i), sum(total));
}

Scalar finite_shift(Scalar top) { return std::isinf(top) ? Scalar(0) : top; }

// Where each row of an array of shape `whole` finds its own in one of shape `part`, which broadcasts to it.
pool::Vector<std::size_t> places_of_rows(const Shape& whole, const Shape& part) {
  pool::Vector<std::size_t> places{0};
  const std::size_t added = whole.size() - part.size();
  std::size_t stride = part.empty() ? 1 : part.back();
  for (std::size_t axis = whole.size() - 1; axis-- > 0;) {
    const std::size_t n = axis < added ? 1 : part[axis - added], below = places.size();
    for (std::size_t i = 1; i < whole[axis]; ++i)
      for (std::size_t k = 0; k < below; ++k) places.push_back(places[k] + (n == 1 ? 0 : i * stride));
    if (whole[axis] == 0) places.clear();
    stride *= n;
  }
  return places;
}

void check_not_empty(const char* op, const Shape& shape, const Over& over) {
  if (over.n == 0) fail(op, fmt::format("x {}: there is nothing to take the {} of", to_string(shape), op));
}

// The axes of an array in the order that makes rows of those of `over`: the others first.
Axes row_order(const Over& over) {
  Axes order;
  for (const bool last : {false, true})
    for (std::size_t i = 0; i < over.kept.size(); ++i)
      if (over.has(i) == last) order.push_back(static_cast<std::ptrdiff_t>(i));
  return order;
}

Array as_rows(const char* op, const Array& x, const Over& over) {
  const Axes order = row_order(over);
  return std::is_sorted(order.begin(), order.end()) ? share(x, x.shape()) : permuted(op, x, order);
}

// y in the order of row_order back in x's own.
Array from_rows(const char* op, const Array& y, const Over& over) {
  const Axes order = row_order(over);
  if (std::is_sorted(order.begin(), order.end())) return share(y, y.shape());
  Axes inverse(order.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    inverse[static_cast<std::size_t>(order[i])] = static_cast<std::ptrdiff_t>(i);
  return permuted(op, y, inverse);
}

// f(x, y, n) on every row of n elements over the axes; y has x's shape.
template <class F>
Array by_rows(const char* op, const Array& x, const Axes& axes, F f) {
  const Over over(op, x.shape(), axes);
  const Array rows = as_rows(op, x, over);
  Array y = allocate(op, rows.shape());
  for (std::size_t i = 0; i < y.size(); i += over.n) f(rows.data() + i, y.data() + i, over.n);
  return from_rows(op, y, over);
}

void log_softmax_row(const Scalar* x, Scalar* y, std::size_t n) {
  const auto [shift, log_total] = logsumexp_row(x, n);
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] - shift - log_total;
}

}  // namespace

LogSum logsumexp_row(const Scalar* x, std::size_t n) {
  const Scalar shift = finite_shift(row_max(x, n));
  return {shift, std::log(exp_row(x, n, shift, [](std::size_t, Lanes, std::size_t) {}))};
}

void softmax_row(const Scalar* x, Scalar* y, std::size_t n) {
  const Scalar total = exp_row(x, n, finite_shift(row_max(x, n)), [y](std::size_t i, Lanes e, std::size_t lanes_used) {
    lanes_used == Lanes::size ? e.store(y + i) : e.store(y + i, lanes_used);
  });
  const Scalar scale = total == 0 ? Scalar(0) : 1 / total;
  for (std::size_t i = 0; i < n; ++i) y[i] *= scale;
}

Tensor sum(const Tensor& x, const Axes& axes, bool keepdims) {
  const Over over("sum", x.shape(), axes);
  return record("sum", share(summed("sum", x.value(), over), over.shape(keepdims)),
                wrt(x, [whole = x.shape(), kept = over.kept](auto& dy) { return expand(reshape(dy, kept), whole); }));
}

Tensor mean(const Tensor& x, const Axes& axes, bool keepdims) {
  const Over over("mean", x.shape(), axes);
  check_not_empty("mean", x.shape(), over);
  return sum(x, axes, keepdims) / Tensor(static_cast<Scalar>(over.n));
}

Tensor max(const Tensor& x, const Axes& axes, bool keepdims) {
  const Over over("max", x.shape(), axes);
  check_not_empty("max", x.shape(), over);
  const Array rows = as_rows("max", x.value(), over);
  Array value = allocate("max", over.shape(keepdims));
  for (std::size_t r = 0; r < value.size(); ++r) value.data()[r] = row_max(rows.data() + r * over.n, over.n);
  return record("max", std::move(value), wrt(x, [x, axes, kept = over.kept](auto& y, auto& dy) {
                  const Tensor at_max = equal(x, reshape(y, kept));
                  return at_max * (reshape(dy, kept) / sum(at_max, axes, true));
                }));
}

Tensor logsumexp(const Tensor& x, const Axes& axes, bool keepdims) {
  const Over over("logsumexp", x.shape(), axes);
  const Array rows = as_rows("logsumexp", x.value(), over);
  Array value = allocate("logsumexp", over.shape(keepdims));
  for (std::size_t r = 0; r < value.size(); ++r) {
    const auto [shift, log_total] = logsumexp_row(rows.data() + r * over.n, over.n);
    value.data()[r] = shift + log_total;
  }
  return record("logsumexp", std::move(value),
                wrt(x, [x, axes, kept = over.kept](auto& dy) { return softmax(x, axes) * reshape(dy, kept); }));
}

Tensor softmax(const Tensor& x, const Axes& axes) {
  return record("softmax", by_rows("softmax", x.value(), axes, softmax_row),
                wrt(x, [axes](auto& y, auto& dy) { return y * (dy - sum(dy * y, axes, true)); }));
}

Tensor masked_softmax(const Tensor& x, const Tensor& mask) {
  const Shape& shape = x.shape();
  if (shape.empty()) fail("masked_softmax", "x (): a scalar has no axes");
  if (mask.dim() > shape.size() || broadcast_shape("masked_softmax", shape, mask.shape()) != shape)
    fail("masked_softmax",
         fmt::format("mask {} does not broadcast to x {}", to_string(mask.shape()), to_string(shape)));
  const std::size_t n = shape.back();
  const bool whole_rows = mask.dim() > 0 && mask.shape().back() == n;
  const Array shown = whole_rows ? share(mask.value(), mask.shape()) : expanded("masked_softmax", mask.value(), shape);
  const pool::Vector<std::size_t> places = places_of_rows(shape, shown.shape());
  Array y = allocate("masked_softmax", shape);
  for (std::size_t r = 0; r < (n == 0 ? 0 : places.size()); ++r) {
    const Scalar *const row = x.value().data() + r * n, *const seen = shown.data() + places[r];
    Scalar* const to = y.data() + r * n;
    for (std::size_t i = 0; i < n; ++i) to[i] = seen[i] != 0 ? row[i] : -std::numeric_limits<Scalar>::infinity();
    softmax_row(to, to, n);
  }
  return record("masked_softmax", std::move(y),
                wrt(x, [](auto& p, auto& dy) { return p * (dy - sum(dy * p, {-1}, true)); }));
}

Tensor log_softmax(const Tensor& x, const Axes& axes) {
  return record("log_softmax", by_rows("log_softmax", x.value(), axes, log_softmax_row),
                wrt(x, [axes](auto& y, auto& dy) { return dy - exp(y) * sum(dy, axes, true); }));
}

Tensor var(const Tensor& x, const Axes& axes, bool keepdims, int correction) {
  const Over over("var", x.shape(), axes);
  const double freedom = static_cast<double>(over.n) - correction;
  if (freedom <= 0)
    fail("var",
         fmt::format("x {}: {} elements are too few for correction {}", to_string(x.shape()), over.n, correction));
  const Tensor distance = x - mean(x, axes, true);
  return sum(distance * distance, axes, keepdims) / Tensor(static_cast<Scalar>(freedom));
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (broadcast_shape("sum_to", shape, x.shape()) != x.shape())
    fail("sum_to", fmt::format("{} does not broadcast to x {}", to_string(shape), to_string(x.shape())));
  const std::size_t added = x.dim() - shape.size();
  Axes axes;
  for (std::size_t i = 0; i < x.dim(); ++i)
    if (i < added || shape[i - added] != x.shape()[i]) axes.push_back(static_cast<std::ptrdiff_t>(i));
  const Over over("sum_to", x.shape(), axes);
  return record("sum_to", share(summed("sum_to", x.value(), over), shape),
                wrt(x, [whole = x.shape()](auto& dy) { return expand(dy, whole); }));
}

}  // namespace rw::inline REWIND_ABI
