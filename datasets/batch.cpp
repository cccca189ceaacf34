#include "datasets/batch.hpp"

#include <algorithm>

namespace rw::inline REWIND_ABI::datasets {

Batch streams_of(const Batch& batch, std::size_t begin, std::size_t end) {
  const std::size_t T = batch.inputs.shape()[0], B = batch.inputs.shape()[1];
  if (begin == 0 && end == B) return {share(batch.inputs, {T, B}), share(batch.targets, {T, B}), batch.count};
  Batch part{IndexArray(Shape{T, end - begin}), IndexArray(Shape{T, end - begin})};
  for (std::size_t t = 0; t < T; ++t) {
    std::copy(&batch.inputs(t, begin), &batch.inputs(t, begin) + (end - begin), &part.inputs(t, 0));
    std::copy(&batch.targets(t, begin), &batch.targets(t, begin) + (end - begin), &part.targets(t, 0));
  }
  const auto missing = std::count(part.targets.begin(), part.targets.end(), ignored);
  part.count = part.targets.size() - static_cast<std::size_t>(missing);
  return part;
}

}  // namespace rw::inline REWIND_ABI::datasets
