#include "datasets/word_vocabulary.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <utility>

#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {

WordVocabulary WordVocabulary::of_counts(const WordCounts& counts, const VocabularyLimits& limits) {
  std::vector<WordCounts::const_pointer> kept;
  for (const auto& entry : counts)
    if (entry.second >= limits.minimum_count) kept.push_back(&entry);
  if (kept.empty())
    fail("vocabulary",
         fmt::format("none of {} words occurs {} times or more; give more text or a smaller minimum count",
                     counts.size(), limits.minimum_count));
  std::sort(kept.begin(), kept.end(), [](const auto* a, const auto* b) {
    return a->second != b->second ? a->second > b->second : a->first < b->first;
  });
  if (limits.most > 0 && kept.size() > limits.most) kept.resize(limits.most);
  std::vector<std::string> words;
  for (const auto* entry : kept) words.push_back(entry->first);
  return WordVocabulary(std::move(words));
}

WordVocabulary::WordVocabulary(std::vector<std::string> words) : words_(std::move(words)) {
  indices_.reserve(words_.size());
  for (const std::string& word : words_) {
    const std::size_t i = indices_.size();
    if (word.empty()) fail("vocabulary", fmt::format("words: word {} is empty; this is no saved vocabulary", i));
    check_utf8(word, fmt::format("words: word {}", i), "save the vocabulary anew");
    if (!indices_.emplace(word, static_cast<Index>(i + 2)).second)
      fail("vocabulary", fmt::format("words: '{}' is there twice; this is no saved vocabulary", word));
  }
}

Index WordVocabulary::encode(std::string_view word) const {
  const auto it = indices_.find(word);
  return it == indices_.end() ? unknown : it->second;
}

std::vector<Index> WordVocabulary::encode(const std::vector<std::string>& words) const {
  std::vector<Index> indices;
  indices.reserve(words.size());
  for (const std::string& word : words) indices.push_back(encode(word));
  return indices;
}

std::string WordVocabulary::decode(Index index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= size())
    fail("vocabulary", fmt::format("index: expected 0 to {}, got {}", size() - 1, index));
  if (index == padding) return "<pad>";
  return index == unknown ? "<unk>" : words_[static_cast<std::size_t>(index) - 2];
}

std::vector<std::string> characters(std::string_view token) {
  check_utf8(token, "token", "leave it out");
  std::vector<std::string> symbols;
  for (auto it = token.begin(); it != token.end();) {
    const auto begin = it;
    utf8::unchecked::next(it);
    symbols.emplace_back(begin, it);
  }
  return symbols;
}

}  // namespace rw::inline REWIND_ABI::datasets
