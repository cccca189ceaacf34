// Products of a matrix with one vector: a model that reads one token at a time.
#pragma once

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

// Faster than BLAS while w (n, k) stays in a core's own cache; from memory both wait for it alike.
inline bool matvec_pays(std::size_t n, std::size_t k) { return n * k <= (std::size_t{1} << 20) / sizeof(Scalar); }

// y (n) = start (n) + w (n, k) x (k); no start: zeros.
void matvec(std::size_t n, std::size_t k, const Scalar* w, const Scalar* x, const Scalar* start, Scalar* y);

}  // namespace rw::inline REWIND_ABI
