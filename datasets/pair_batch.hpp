// What sentence pairs hand to a model that translates, time-major, b one of B pairs:
//
//   source    a   dog  runs         inputs    begin  ein   Hund  läuft     what the decoder has read
//             two men  --           targets   ein    Hund  läuft end       what it is to write next
//
// Padding: special::padding in source and inputs, `ignored` in targets.
#pragma once

#include "datasets/batch.hpp"
#include "datasets/batching.hpp"
#include "datasets/parallel_text.hpp"
#include "datasets/text_codec.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct PairBatch {
  IndexArray source, source_lengths;  // (S, B), (B): each 1 ... S; an empty sentence is one step, special::unknown
  IndexArray inputs, targets;         // (T, B)
  IndexArray target_lengths;          // (B): steps of inputs, each 1 ... T
  std::size_t count = 0;              // targets that are not `ignored`

  std::size_t size() const { return source_lengths.size(); }
};

// Pairs begin ... end - 1 of a batch, 0 <= begin < end <= B, with the padding they had.
PairBatch part_of(const PairBatch& batch, std::size_t begin, std::size_t end);

struct IndexedPairs {
  Sequences source, target;  // without begin and end, each maybe empty

  std::size_t size() const { return source.size(); }
};

IndexedPairs index_pairs(const ParallelText& pairs, const TextCodec& source, const TextCodec& target);

// The picked pairs. Throws Error as pad() does.
PairBatch batch_of(const IndexedPairs& pairs, const Picks& picks);

}  // namespace rw::inline REWIND_ABI::datasets
