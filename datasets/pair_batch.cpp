#include "datasets/pair_batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace rw::inline REWIND_ABI::datasets {

PairBatch part_of(const PairBatch& batch, std::size_t begin, std::size_t end) {
  const auto part = [&, B = batch.size()](const IndexArray& x) { return columns_of(x, B, begin, end); };
  PairBatch some{part(batch.source), part(batch.source_lengths), part(batch.inputs), part(batch.targets),
                 part(batch.target_lengths)};
  some.count = counted(some.targets);
  return some;
}

IndexedPairs index_pairs(const ParallelText& pairs, const TextCodec& source, const TextCodec& target) {
  IndexedPairs indexed;
  for (const std::string& text : pairs.source) indexed.source.push_back(source.encode(text));
  for (const std::string& text : pairs.target) indexed.target.push_back(target.encode(text));
  return indexed;
}

PairBatch batch_of(const IndexedPairs& pairs, const Picks& picks) {
  if (pairs.target.size() != pairs.size())
    fail("batch_of", fmt::format("pairs: {} sources, but {} targets; give as many", pairs.size(), pairs.target.size()));
  auto [source, source_lengths] = pad(pairs.source, picks, special::padding, special::unknown);
  const std::size_t B = picks.size();
  std::size_t T = 1;
  for (const std::size_t pick : picks) T = std::max(T, pairs.target[pick].size() + 1);
  PairBatch batch{std::move(source), std::move(source_lengths), IndexArray(Shape{T, B}, special::padding),
                  IndexArray(Shape{T, B}, ignored), IndexArray(Shape{B})};
  for (std::size_t b = 0; b < B; ++b) {
    const std::vector<Index>& words = pairs.target[picks[b]];
    const std::size_t n = words.size();
    batch.inputs(0, b) = special::begin;
    for (std::size_t t = 0; t < n; ++t) batch.inputs(t + 1, b) = batch.targets(t, b) = words[t];
    batch.targets(n, b) = special::end;
    batch.target_lengths(b) = static_cast<Index>(n + 1);
    batch.count += n + 1;
  }
  return batch;
}

}  // namespace rw::inline REWIND_ABI::datasets
