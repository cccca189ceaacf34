// Products of a few rows with a matrix that is used again and again: a weight, once at each time step. BLAS rearranges
// ("packs") the matrix anew at every call; here that is done once.
#pragma once

#include <atomic>

#include "autograd/gemm.hpp"
#include "autograd/tensor.hpp"

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

  Packed(std::size_t k, std::size_t n);

  // Packs b (k, n). Threads that call this at the same time share the work; each returns when all of it is done.
  void fill(Matrix b);

  // c (m, n) = start (m, n) + a (m, k) b; start may be c.
  void multiply(std::size_t m, Rows<const Scalar> a, Rows<const Scalar> start, Rows<Scalar> c) const;

 private:
  void fill_panel(Matrix b, std::size_t first);

  std::size_t k_, n_, n_panels_;
  Buffer<Scalar> panels_;  // (n_panels, k, panel): the columns side by side, zeros where there are none
  std::atomic<std::size_t> begun_ = 0, done_ = 0;  // panels
};

// The value of a parameter, a matrix, packed; or transposed and packed. Made when it is first wanted, and anew when the
// value has changed.
const Packed& packed(const Tensor& parameter, bool transposed);

// What is packed for one of them serves the other too, and in another thread. They have the same value.
void share_packings(const Tensor& from, const Tensor& to);

}  // namespace rw::inline REWIND_ABI
