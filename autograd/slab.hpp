// Slab: where the cotangents of a tensor's slices are written side by side, so that together they are the tensor's own
// cotangent without a copy. unbind() lays one out; affine() with a start value passes the place on.
#pragma once

#include <memory>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {

class Slab {
 public:
  explicit Slab(const Shape& whole) : whole_(whole), taken_(whole[0], false) {}

  // The place of slice i, uninitialised. An empty array, of no dimension, if it was given away since the last clear().
  Array take(std::size_t i) {
    if (taken_[i]) return Array();
    if (values_.dimension() == 0) values_ = allocate("backward", whole_);
    taken_[i] = true;
    return share(values_, Shape(whole_.begin() + 1, whole_.end()), i * (values_.size() / whole_[0]));
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

}  // namespace rw::inline REWIND_ABI
