// WordVocabulary: words and their indices 0 ... V - 1, of which 0 is padding and 1 any word that is not known. Its
// words may be characters as well: characters() cuts a token into them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

using WordCounts = std::unordered_map<std::string, std::size_t>;

struct VocabularyLimits {
  std::size_t minimum_count = 1;  // rarer words are unknown
  std::size_t most = 0;           // words that are kept, the most frequent ones; 0: all
};

class WordVocabulary {
 public:
  static constexpr Index padding = 0, unknown = 1;

  // The most frequent word first; of equally frequent ones the lesser in bytes. Throws Error if none is left.
  static WordVocabulary of_counts(const WordCounts& counts, const VocabularyLimits& limits = {});

  // From words() as they were saved. Throws Error if one is empty, no UTF-8, or there twice.
  explicit WordVocabulary(std::vector<std::string> words);

  const std::vector<std::string>& words() const { return words_; }  // words()[i] has the index i + 2
  std::size_t size() const { return words_.size() + 2; }            // V
  bool operator==(const WordVocabulary& other) const { return words_ == other.words_; }

  Index encode(std::string_view word) const;  // `unknown` if it is not there
  std::vector<Index> encode(const std::vector<std::string>& words) const;
  std::string decode(Index index) const;  // "<pad>", "<unk>", or the word; throws Error if there is no such index

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::vector<std::string> words_;
  std::unordered_map<std::string, Index, Hash, std::equal_to<>> indices_;
};

// The code points of `token`, each a string. Throws Error if it is not UTF-8.
std::vector<std::string> characters(std::string_view token);

}  // namespace rw::inline REWIND_ABI::datasets
