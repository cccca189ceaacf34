// Where slices are written side by side, so that together they are one tensor without a copy.
#pragma once

#include <memory>
#include <utility>

#include "autograd/check.hpp"
#include "autograd/levers.hpp"

namespace rw::inline REWIND_ABI {

// Slice i of the first axis.
inline Array slice_of(const Array& whole, std::size_t i) {
  const Shape shape(whole.shape().begin() + 1, whole.shape().end());
  return share(whole, shape, i * count(shape));
}

// The cotangents of a tensor's slices, which make up the tensor's own. unbind() lays a slab out; affine() with a start
// value passes the place on.
class Slab {
 public:
  explicit Slab(const Shape& whole) : whole_(whole), taken_(whole[0], false) {}

  // The place of slice i, uninitialised. An empty array, of no dimension, if it was given away since the last clear().
  Array take(std::size_t i) {
    if (taken_[i]) return Array();
    if (values_.dimension() == 0) values_ = allocate("backward", whole_);
    taken_[i] = true;
    return slice_of(values_, i);
  }
  // After a rewinding: the next one gets other memory.
  void clear() {
    values_ = Array();
    taken_.assign(whole_[0], false);
  }

 private:
  Shape whole_;
  Array values_ = Array();
  pool::Vector<bool> taken_;
};

// While it lives, the first result of this shape that a formula has is written to slice i of `whole`, unless that is
// (). A scan offers each hidden state its place among the outputs, which stack() then finds lying together, or copies.
class ResultPlace {
 public:
  ResultPlace(const Array& whole, std::size_t i) : outer_(std::exchange(current_, this)) {
    if (whole.dimension() == 0) return;
    shape_ = Shape(whole.shape().begin() + 1, whole.shape().end());
    place_ = whole.storage().window(i * count(shape_), count(shape_));
  }
  ~ResultPlace() { current_ = outer_; }
  ResultPlace(const ResultPlace&) = delete;
  ResultPlace& operator=(const ResultPlace&) = delete;

  static Array take(const char* op, const Shape& shape) {
    const bool fits = current_ != nullptr && !current_->place_.empty() && current_->shape_ == shape && levers().slabs;
    return fits ? array_over(std::exchange(current_->place_, {}), shape) : allocate(op, shape);
  }

 private:
  static inline constinit thread_local ResultPlace* current_ = nullptr;

  Shape shape_ = {};
  Buffer<Scalar> place_ = {};
  ResultPlace* outer_;
};

}  // namespace rw::inline REWIND_ABI
