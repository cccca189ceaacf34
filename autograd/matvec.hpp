// Products of a matrix with one vector: a model that reads one token at a time.
#pragma once

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

// Is there a register of y? Then it is at least as fast as BLAS: from memory both wait for w alike.
bool matvec_pays(std::size_t n);

// y (n) = start (n) + w (n, k) x (k); no start: zeros. n is that of a SIMD register at least, start is not y.
void matvec(std::size_t n, std::size_t k, const Scalar* w, const Scalar* x, const Scalar* start, Scalar* y);

}  // namespace rw::inline REWIND_ABI
