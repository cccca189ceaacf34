#include "datasets/text_batch.hpp"

namespace rw::inline REWIND_ABI::datasets {

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
