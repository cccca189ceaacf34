// The one door to BLAS, and past it when products are in bf16 (precision.hpp).
#pragma once

#include <cstddef>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

// A row-major matrix in memory; `transposed` reads it the other way round. `stride` is the distance of rows.
struct Matrix {
  const Scalar* data;
  std::size_t stride;
  bool transposed = false;
};

// c (m, n) = a (m, k) b (k, n), added to c if `add`.
void gemm(std::size_t m, std::size_t n, std::size_t k, Matrix a, Matrix b, Scalar* c, std::size_t c_stride,
          bool add = false);

// Would gemm() split a large product over threads now?
bool gemm_is_threaded();

}  // namespace rw::inline REWIND_ABI
