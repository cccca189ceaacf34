#include "datasets/text_batch.hpp"

#include <algorithm>

namespace rw::inline REWIND_ABI::datasets {
namespace {

// Columns begin ... end - 1 of each group of B: x (..., B).
IndexArray columns_of(const IndexArray& x, std::size_t B, std::size_t begin, std::size_t end) {
  Shape shape = x.shape();
  shape.back() = shape.back() / B * (end - begin);
  IndexArray some(shape);
  Index* to = some.data();
  for (std::size_t at = 0; at < x.size(); at += B) to = std::copy(x.data() + at + begin, x.data() + at + end, to);
  return some;
}

}  // namespace

TextBatch part_of(const TextBatch& batch, std::size_t begin, std::size_t end) {
  const auto part = [&, B = batch.size()](const IndexArray& x) { return columns_of(x, B, begin, end); };
  return {part(batch.words), part(batch.lengths), part(batch.labels)};
}

TaggedBatch part_of(const TaggedBatch& batch, std::size_t begin, std::size_t end) {
  const auto part = [&, B = batch.size()](const IndexArray& x) { return columns_of(x, B, begin, end); };
  const auto& [indices, lengths] = batch.characters;
  return {part(batch.words), part(batch.lengths), part(batch.shapes), {part(indices), part(lengths)}, part(batch.tags)};
}

}  // namespace rw::inline REWIND_ABI::datasets
