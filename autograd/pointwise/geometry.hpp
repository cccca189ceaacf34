// How N operands are walked together: broadcasting as strides, axes merged as far as all operands allow, so
// that what is left is a few rows of `columns` elements each.
#pragma once

#include <array>
#include <cstddef>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {

// The shape an operand shows: an array's own, or one of `parts` equal blocks of its last axis.
struct View {
  const Shape* shape;
  std::size_t parts = 1;

  std::size_t dim() const { return shape->size(); }
  std::size_t size(std::size_t axis) const { return axis + 1 == dim() ? (*shape)[axis] / parts : (*shape)[axis]; }
};

template <std::size_t N>
struct Geometry {
  static constexpr std::size_t most_axes = Shape::capacity;
  using Strides = std::array<std::ptrdiff_t, N>;

  std::size_t columns = 1, rows = 1;
  Strides column_stride{};                   // 0 or 1
  std::size_t outer_axes = 0;                // merged, innermost first, the columns not among them
  std::array<std::size_t, most_axes> sizes;  // of the outer axes
  std::array<Strides, most_axes> strides;
  std::array<bool, N> repeats{};  // must a gradient be added up here?
  bool dense = true;              // every operand advances along the columns

  Geometry(const Shape& result, const std::array<View, N>& views) {
    bool equal = true;
    for (const View& view : views) equal = equal && view.parts == 1 && *view.shape == result;
    if (equal) {
      columns = count(result);
      column_stride.fill(1);
      return;
    }
    Strides step{};
    step.fill(1);  // of the current axis, for each operand
    std::size_t merged = 0;
    for (std::size_t back = 0; back < result.size(); ++back) {
      const std::size_t size = result[result.size() - 1 - back];
      Strides stride{};
      for (std::size_t i = 0; i < N; ++i) {
        if (back >= views[i].dim()) continue;
        const std::size_t own = views[i].size(views[i].dim() - 1 - back);
        stride[i] = own == 1 ? 0 : step[i];
        step[i] *= static_cast<std::ptrdiff_t>(back == 0 ? own * views[i].parts : own);
      }
      if (size != 1) add_axis(merged, size, stride);
    }
    finish(merged);
  }

  // Calls row(where it begins in each operand) for each row, in the order of the result's elements.
  template <class Row>
  void for_each_row(const Row& row) const {
    Strides offsets{};
    std::array<std::size_t, most_axes> at{};
    for (std::size_t r = 0; r < rows; ++r) {
      row(offsets);
      for (std::size_t axis = 0; axis < outer_axes; ++axis) {
        for (std::size_t i = 0; i < N; ++i) offsets[i] += strides[axis][i];
        if (++at[axis] < sizes[axis]) break;
        for (std::size_t i = 0; i < N; ++i) offsets[i] -= strides[axis][i] * static_cast<std::ptrdiff_t>(sizes[axis]);
        at[axis] = 0;
      }
    }
  }

 private:
  void add_axis(std::size_t& merged, std::size_t size, const Strides& stride) {
    if (merged > 0) {
      bool continues = true;
      for (std::size_t i = 0; i < N; ++i)
        continues = continues && stride[i] == strides[merged - 1][i] * static_cast<std::ptrdiff_t>(sizes[merged - 1]);
      if (continues) {
        sizes[merged - 1] *= size;
        return;
      }
    }
    sizes[merged] = size, strides[merged] = stride, ++merged;
    for (std::size_t i = 0; i < N; ++i) repeats[i] = repeats[i] || stride[i] == 0;
  }

  // Splits the innermost axis off as the columns, if all operands have stride 0 or 1 there.
  void finish(std::size_t merged) {
    bool simple = merged > 0;
    for (std::size_t i = 0; i < N && simple; ++i) simple = strides[0][i] == 0 || strides[0][i] == 1;
    outer_axes = merged;
    if (simple) {
      columns = sizes[0], column_stride = strides[0];
      for (std::size_t axis = 1; axis < merged; ++axis)
        sizes[axis - 1] = sizes[axis], strides[axis - 1] = strides[axis];
      --outer_axes;
    }
    for (std::size_t axis = 0; axis < outer_axes; ++axis) rows *= sizes[axis];
    for (std::size_t i = 0; i < N; ++i) {
      dense = dense && column_stride[i] == 1;
      repeats[i] = repeats[i] || column_stride[i] == 0;
    }
  }
};

}  // namespace rw::inline REWIND_ABI
