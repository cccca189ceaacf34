// What labelled texts and tagged sentences hand to a model, time-major:
//
//               text 0     text 1    ...  text B-1
//      t = 0      a         nobody         dull         words (T, B): indices of words, 0 where a text has ended
//      t = 1      fine      would
//      t = 2      film      ...                         lengths (B): 3, 9, 1
#pragma once

#include "datasets/batch.hpp"
#include "datasets/batching.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct TextBatch {
  IndexArray words, lengths;  // (T, B), (B)
  IndexArray labels;          // (B): the class of each text

  std::size_t size() const { return lengths.size(); }
};

// A word is more than its index: its characters, and its shape (capitals, digits). What it is told apart by.
struct TaggedBatch {
  IndexArray words, lengths;  // (T, B), (B)
  IndexArray shapes;          // (T, B)
  Padded characters;          // (Tc, N), (N): of the N = T B words, in the order of words.data()
  IndexArray tags;            // (T, B), `ignored` in padding

  std::size_t size() const { return lengths.size(); }
};

// Sequences begin ... end - 1 of a batch, 0 <= begin < end <= B, with the padding they had.
TextBatch part_of(const TextBatch& batch, std::size_t begin, std::size_t end);
TaggedBatch part_of(const TaggedBatch& batch, std::size_t begin, std::size_t end);

}  // namespace rw::inline REWIND_ABI::datasets
