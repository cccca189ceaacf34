// Products of a few rows with a matrix that is used again and again: a weight, once at each time step. BLAS rearranges
// ("packs") the matrix anew at every call; here that is done once.
#pragma once

#include "autograd/gemm.hpp"

namespace rw::inline REWIND_ABI {

// Rows of a matrix, `stride` elements apart; 0: the same row again and again. No data: zeros.
template <class T>
struct Rows {
  T* data = nullptr;
  std::size_t stride = 0;

  T* operator[](std::size_t r) const { return data + r * stride; }
  Rows from(std::size_t row, std::size_t column) const {
    return data == nullptr ? *this : Rows{data + row * stride + column, stride};
  }
};

class Packed {
 public:
  // Is there a kernel for this processor, and is it the faster one for products of this size?
  static bool pays(std::size_t rows, std::size_t k, std::size_t n);

  Packed(Matrix b, std::size_t k, std::size_t n);  // b (k, n)

  // c (m, n) = start (m, n) + a (m, k) b; start may be c.
  void multiply(std::size_t m, Rows<const Scalar> a, Rows<const Scalar> start, Rows<Scalar> c) const;

 private:
  std::size_t k_, n_;
  Buffer<Scalar> panels_;  // (ceil(n / panel), k, panel): the columns side by side, zeros where there are none
};

}  // namespace rw::inline REWIND_ABI
