#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::models {

struct SamplingOptions {
  double temperature = 1;  // logits are divided by it; 0: the likeliest symbol, always
  std::size_t top_k = 0;   // only the k likeliest symbols are drawn from; 0: all
};

// Throws unless the temperature is finite and not negative.
void check(const SamplingOptions& options);

// An index drawn from softmax(logits / temperature): logits of V elements.
Index sample(const Array& logits, const SamplingOptions& options, Rng& rng);

}  // namespace rw::inline REWIND_ABI::models
