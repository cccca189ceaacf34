// shuffle: std::shuffle differs between standard libraries.
#pragma once

#include <utility>
#include <vector>

#include "autograd/rng.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Fisher and Yates.
template <class T>
void shuffle(std::vector<T>& values, Rng& rng) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[rng.below(i)]);
}

}  // namespace rw::inline REWIND_ABI::datasets
