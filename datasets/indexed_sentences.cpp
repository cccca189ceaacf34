#include "datasets/indexed_sentences.hpp"

#include <unordered_map>
#include <utility>

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::size_t ends = 16;  // characters that are kept at each end of a token

// values[i] at each index i of `indices`, `instead` at those below 0.
IndexArray look_up(const std::vector<Index>& values, const IndexArray& indices, Index instead) {
  IndexArray result(indices.shape());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Index index = indices.data()[i];
    result.data()[i] = index < 0 ? instead : values[static_cast<std::size_t>(index)];
  }
  return result;
}

}  // namespace

TaggingVocabulary TaggingVocabulary::of(const std::vector<TaggedSentence>& sentences, const TokenizerOptions& options,
                                        const VocabularyLimits& limits) {
  WordCounts word_counts, character_counts;
  for (const TaggedSentence& sentence : sentences)
    for (const std::string& token : sentence.tokens) {
      ++word_counts[normalised(token, options)];
      for (const std::string& character : datasets::characters(token)) ++character_counts[character];
    }
  return {options, WordVocabulary::of_counts(word_counts, limits), WordVocabulary::of_counts(character_counts),
          TagSet::of(sentences)};
}

IndexedSentences index_sentences(const TaggingVocabulary& vocabulary, const std::vector<TaggedSentence>& sentences,
                                 bool with_tags) {
  IndexedSentences encoded;
  std::unordered_map<std::string, Index> known;
  for (const TaggedSentence& sentence : sentences) {
    std::vector<Index>& tokens = encoded.tokens.emplace_back();
    for (const std::string& token : sentence.tokens) {
      const auto [at, is_new] = known.emplace(token, static_cast<Index>(known.size()));
      tokens.push_back(at->second);
      if (!is_new) continue;
      encoded.words.push_back(vocabulary.words.encode(normalised(token, vocabulary.options)));
      encoded.shapes.push_back(static_cast<Index>(word_shape(token)));
      encoded.characters.push_back(vocabulary.characters.encode(characters(token)));
      cut(encoded.characters.back(), ends, ends);
    }
    if (with_tags)
      encoded.tags.push_back(sentence.tags.empty() ? std::vector<Index>(tokens.size(), ignored)
                                                   : vocabulary.tags.encode(sentence.tags, encoded.size()));
  }
  return encoded;
}

TaggedBatch batch_of(const IndexedSentences& sentences, const Picks& picks) {
  const auto [tokens, lengths] = pad(sentences.tokens, picks, -1, -1);
  TaggedBatch batch{look_up(sentences.words, tokens, WordVocabulary::padding), lengths,
                    look_up(sentences.shapes, tokens, static_cast<Index>(WordShape::none)),
                    pad_characters(sentences.characters, tokens, WordVocabulary::padding),
                    IndexArray(tokens.shape(), ignored)};
  if (!sentences.tags.empty()) batch.tags = pad(sentences.tags, picks, ignored, ignored).indices;
  return batch;
}

}  // namespace rw::inline REWIND_ABI::datasets
