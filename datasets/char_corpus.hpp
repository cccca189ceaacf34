// CharCorpus: a text as indices, cut once into a training and a validation part.
#pragma once

#include <string>
#include <string_view>

#include "datasets/vocabulary.hpp"

namespace rw::inline REWIND_ABI::datasets {

// The first floor(0.9 n) of the n symbols are for training, the rest for validation: nanoGPT's split, so that
// losses can be compared. The vocabulary is that of the whole text.
class CharCorpus {
 public:
  // Throws Error if there is nothing to learn from: fewer than 11 symbols, or all the same.
  explicit CharCorpus(std::string_view text, bool bytes = false);
  // With the vocabulary of a model that is to be evaluated; throws Error if the text has other symbols.
  CharCorpus(std::string_view text, const Vocabulary& vocabulary);

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const IndexArray& train() const { return train_; }            // (floor(0.9 n))
  const IndexArray& validation() const { return validation_; }  // (the rest)
  std::size_t train_bytes() const { return train_bytes_; }      // where in the text, in bytes, the cut is

  // XXH64 of the training part's bytes, "-", XXH64 of the validation part's. To recompute it:
  //   head -c <train_bytes> FILE | xxhsum -H1;  tail -c +<train_bytes + 1> FILE | xxhsum -H1
  const std::string& split_hash() const { return split_hash_; }

 private:
  Vocabulary vocabulary_;
  IndexArray train_, validation_;
  std::size_t train_bytes_;
  std::string split_hash_;
};

}  // namespace rw::inline REWIND_ABI::datasets
