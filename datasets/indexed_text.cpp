#include "datasets/indexed_text.hpp"

#include <utility>

namespace rw::inline REWIND_ABI::datasets {

WordCounts count_words(const LabelledTexts& texts, const TokenizerOptions& options) {
  Tokenizer tokenizer(options);
  WordCounts counts;
  for (const LabelledText& example : texts.examples)
    for (const std::string& word : tokenizer(example.text)) ++counts[word];
  return counts;
}

TextEncoder::TextEncoder(WordVocabulary vocabulary, const TokenizerOptions& options, std::size_t most_words)
    : vocabulary_(std::move(vocabulary)), tokenizer_(options), most_words_(most_words) {}

std::vector<Index> TextEncoder::operator()(std::string_view text) {
  std::vector<Index> words = vocabulary_.encode(tokenizer_(text));
  if (most_words_ > 0) cut(words, (most_words_ + 1) / 2, most_words_ / 2);
  words.shrink_to_fit();
  return words;
}

bool TextEncoder::operator==(const TextEncoder& other) const {
  return vocabulary_ == other.vocabulary_ && options() == other.options() && most_words_ == other.most_words_;
}

IndexedTexts index_texts(const LabelledTexts& texts, TextEncoder& encoder) {
  IndexedTexts indexed;
  for (const LabelledText& example : texts.examples) {
    indexed.texts.push_back(encoder(example.text));
    indexed.labels.push_back(example.label);
  }
  return indexed;
}

TextBatch batch_of(const IndexedTexts& texts, const Picks& picks) {
  auto [words, lengths] = pad(texts.texts, picks, WordVocabulary::padding, WordVocabulary::unknown);
  IndexArray labels(Shape{picks.size()});
  for (std::size_t b = 0; b < picks.size(); ++b) labels.data()[b] = texts.labels[picks[b]];
  return {std::move(words), std::move(lengths), std::move(labels)};
}

}  // namespace rw::inline REWIND_ABI::datasets
