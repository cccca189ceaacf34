// Labelled texts as a model reads them: words as indices, long texts cut. A corpus takes four bytes a word.
#pragma once

#include <string_view>
#include <vector>

#include "datasets/batching.hpp"
#include "datasets/examples.hpp"
#include "datasets/text_batch.hpp"
#include "datasets/tokenizer.hpp"
#include "datasets/word_vocabulary.hpp"

namespace rw::inline REWIND_ABI::datasets {

// How often each word occurs in the texts.
WordCounts count_words(const LabelledTexts& texts, const TokenizerOptions& options);

// A text's words as indices. What a model must keep beside its weights.
class TextEncoder {
 public:
  // Of a text of more than `most_words` the first and the last half of them are kept, see cut(); 0: all.
  TextEncoder(WordVocabulary vocabulary, const TokenizerOptions& options, std::size_t most_words);

  // Maybe none. What is not UTF-8 reads as U+FFFD.
  std::vector<Index> operator()(std::string_view text);

  const WordVocabulary& vocabulary() const { return vocabulary_; }
  const TokenizerOptions& options() const { return tokenizer_.options(); }
  std::size_t most_words() const { return most_words_; }
  bool operator==(const TextEncoder& other) const;

 private:
  WordVocabulary vocabulary_;
  Tokenizer tokenizer_;
  std::size_t most_words_;
};

struct IndexedTexts {
  Sequences texts;
  std::vector<Index> labels;  // as many

  std::size_t size() const { return texts.size(); }
};

IndexedTexts index_texts(const LabelledTexts& texts, TextEncoder& encoder);

// The picked texts. Throws Error as pad() does.
TextBatch batch_of(const IndexedTexts& texts, const Picks& picks);

}  // namespace rw::inline REWIND_ABI::datasets
