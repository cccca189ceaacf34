#include "nn/embedding.hpp"

#include <cmath>

#include "autograd/ops.hpp"

namespace rw::inline REWIND_ABI::nn {

Embedding::Embedding(std::size_t vocabulary, std::size_t width, Rng& rng)
    : weight(parameter(rng.normal({vocabulary, width}, 0, 1 / std::sqrt(static_cast<double>(width))))) {}

Tensor Embedding::operator()(const IndexArray& indices) const { return embedding(weight, indices); }

}  // namespace rw::inline REWIND_ABI::nn
