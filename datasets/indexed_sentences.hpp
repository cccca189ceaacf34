// Tagged sentences as numbers: what a model of TaggedBatch reads.
#pragma once

#include "datasets/batching.hpp"
#include "datasets/tag_set.hpp"
#include "datasets/text_batch.hpp"
#include "datasets/tokenizer.hpp"
#include "datasets/word_shape.hpp"
#include "datasets/word_vocabulary.hpp"

namespace rw::inline REWIND_ABI::datasets {

// All that turns sentences into numbers and tags back into texts: it belongs to a model, and is saved with it.
struct TaggingVocabulary {
  TokenizerOptions options;  // what of a word its embedding does not see
  WordVocabulary words, characters;
  TagSet tags;

  // Of the sentences that a model learns from. Throws Error if they have no tags.
  static TaggingVocabulary of(const std::vector<TaggedSentence>& sentences, const TokenizerOptions& options,
                              const VocabularyLimits& limits = {});
  bool operator==(const TaggingVocabulary&) const = default;
};

// Distinct tokens are stored once, with their word, shape and characters; a sentence says which ones it has.
struct IndexedSentences {
  Sequences tokens;                  // of each sentence: into the following three
  std::vector<Index> words, shapes;  // of each distinct token
  Sequences characters;              // of a long token the first and the last 16
  Sequences tags;                    // of each sentence; empty if they are not wanted

  std::size_t size() const { return tokens.size(); }
};

// Tags are `ignored` where a sentence has none; `with_tags` = false leaves them unread. Throws Error for a tag that is
// not in the vocabulary.
IndexedSentences index_sentences(const TaggingVocabulary& vocabulary, const std::vector<TaggedSentence>& sentences,
                                 bool with_tags);

// Sentences without tags have `ignored` ones. Throws Error as pad() does.
TaggedBatch batch_of(const IndexedSentences& sentences, const Picks& picks);

}  // namespace rw::inline REWIND_ABI::datasets
