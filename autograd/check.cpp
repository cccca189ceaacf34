#include "autograd/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {
namespace {

std::string human_bytes(double bytes) {
  if (bytes < 1e3) return fmt::format("{:.0f} bytes", bytes);
  if (bytes < 1e6) return fmt::format("{:.1f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  if (bytes < 1e12) return fmt::format("{:.1f} GB", bytes / 1e9);
  return fmt::format("{:.1f} TB", bytes / 1e12);
}

[[noreturn]] void fail_memory(const char* op, const Shape& shape) {
  double wanted = sizeof(Scalar);  // a double cannot overflow here
  for (std::size_t d : shape) wanted *= static_cast<double>(d);
  const Tape* tape = Tape::current();
  const std::string held = tape == nullptr ? "no tape is recording"
                                           : fmt::format("the tape holds {} in {} entries",
                                                         human_bytes(static_cast<double>(tape->bytes())), tape->size());
  fail(op, fmt::format("out of memory: {} wants {}, {}; use a smaller batch or a shorter sequence", to_string(shape),
                       human_bytes(wanted), held));
}

}  // namespace

std::string to_string(const Shape& shape) {
  std::string text;
  for (std::size_t d : shape) text += (text.empty() ? "" : ", ") + std::to_string(d);
  return "(" + text + ")";
}

void fail(const char* op, const std::string& message) { throw Error(fmt::format("[{}] {}", op, message)); }

void check_shape(const char* op, const char* role, const Shape& expected, const Shape& got) {
  if (got != expected) fail(op, fmt::format("{}: expected {}, got {}", role, to_string(expected), to_string(got)));
}

void check_rank(const char* op, const char* role, std::size_t expected, const Shape& got) {
  if (got.size() != expected)
    fail(op,
         fmt::format("{}: expected {} {}, got {}", role, expected, expected == 1 ? "axis" : "axes", to_string(got)));
}

std::size_t check_axis(const char* op, std::ptrdiff_t axis, std::size_t rank) {
  const auto n = static_cast<std::ptrdiff_t>(rank);
  if (axis < -n || axis >= n)
    fail(op, n == 0 ? fmt::format("axis {}: a scalar has no axes", axis)
                    : fmt::format("axis {}: expected {} to {}", axis, -n, n - 1));
  return static_cast<std::size_t>(axis < 0 ? axis + n : axis);
}

Shape broadcast_shape(const char* op, const Shape& a, const Shape& b) {
  const Shape& longer = a.size() >= b.size() ? a : b;
  const Shape& other = a.size() >= b.size() ? b : a;
  Shape shape = longer;
  for (std::size_t k = 1; k <= other.size(); ++k) {
    const std::size_t p = longer[longer.size() - k], q = other[other.size() - k];
    if (p != q && p != 1 && q != 1)
      fail(op, fmt::format("a {} and b {} do not broadcast: sizes {} and {} of axis -{} differ", to_string(a),
                           to_string(b), a[a.size() - k], b[b.size() - k], k));
    shape[shape.size() - k] = p == 1 ? q : p;
  }
  return shape;
}

Array allocate(const char* op, const Shape& shape) {
  try {
    return array_over(Buffer<Scalar>(count(shape)), shape);
  } catch (const std::bad_alloc&) {
    pool::trim();  // the blocks in the free lists may be of other sizes
  }
  try {
    return array_over(Buffer<Scalar>(count(shape)), shape);
  } catch (const std::bad_alloc&) {
    fail_memory(op, shape);
  }
}

Array zeros(const char* op, const Shape& shape) {
  Array y = allocate(op, shape);
  std::fill_n(y.data(), y.size(), Scalar(0));
  return y;
}

}  // namespace rw::inline REWIND_ABI
