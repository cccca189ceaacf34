// How parameters start.
#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn::init {

// Uniform in [-bound, bound].
Tensor uniform(const Shape& shape, double bound, Rng& rng);

// Uniform in +-1 / sqrt(hidden): how PyTorch starts every parameter of a recurrent cell, and so do the cells here.
Tensor recurrent(const Shape& shape, std::size_t hidden, Rng& rng);

// Uniform with bound sqrt(6 / (in + out)), for a weight (out, in) made of `gates` stacked ones (Glorot & Bengio 2010).
Tensor glorot(std::size_t out, std::size_t in, Rng& rng, std::size_t gates = 1);

// Rows or columns (the fewer) orthonormal, for each of `gates` stacked weights (Saxe et al. 2014).
Tensor orthogonal(std::size_t out, std::size_t in, Rng& rng, std::size_t gates = 1);

Tensor identity(std::size_t size);  // (size, size)

Tensor constant(const Shape& shape, Scalar value);

}  // namespace rw::inline REWIND_ABI::nn::init
