#include "datasets/batch.hpp"

#include <algorithm>

namespace rw::inline REWIND_ABI::datasets {

Batch streams_of(const Batch& batch, std::size_t begin, std::size_t end) {
  const std::size_t T = batch.inputs.shape()[0], B = batch.inputs.shape()[1];
  if (begin == 0 && end == B) return {share(batch.inputs, {T, B}), share(batch.targets, {T, B}), batch.count};
  Batch part{columns_of(batch.inputs, B, begin, end), columns_of(batch.targets, B, begin, end)};
  part.count = counted(part.targets);
  return part;
}

IndexArray columns_of(const IndexArray& x, std::size_t B, std::size_t begin, std::size_t end) {
  Shape shape = x.shape();
  shape.back() = shape.back() / B * (end - begin);
  IndexArray some(shape);
  Index* to = some.data();
  for (std::size_t at = 0; at < x.size(); at += B) to = std::copy(x.data() + at + begin, x.data() + at + end, to);
  return some;
}

std::size_t counted(const IndexArray& targets) {
  return targets.size() - static_cast<std::size_t>(std::count(targets.begin(), targets.end(), ignored));
}

}  // namespace rw::inline REWIND_ABI::datasets
