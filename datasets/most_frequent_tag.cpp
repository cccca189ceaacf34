#include "datasets/most_frequent_tag.hpp"

#include <algorithm>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

using Counts = std::map<std::string, std::size_t>;

const std::string& most_frequent(const Counts& tags) {
  return std::max_element(tags.begin(), tags.end(), [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

MostFrequentTag::MostFrequentTag(const std::vector<TaggedSentence>& sentences) {
  std::map<std::string, Counts> words;
  Counts all;
  for (const TaggedSentence& sentence : sentences)
    for (std::size_t t = 0; t < sentence.tags.size(); ++t)
      ++words[sentence.tokens[t]][sentence.tags[t]], ++all[sentence.tags[t]];
  if (all.empty()) fail("most_frequent_tag", "sentences: none has tags; give a corpus with tags");
  of_unknown_ = most_frequent(all);
  for (const auto& [word, tags] : words) tag_of_.emplace(word, most_frequent(tags));
}

std::vector<std::string> MostFrequentTag::operator()(const std::vector<std::string>& tokens) const {
  std::vector<std::string> tags;
  for (const std::string& token : tokens) {
    const auto known = tag_of_.find(token);
    tags.push_back(known == tag_of_.end() ? of_unknown_ : known->second);
  }
  return tags;
}

}  // namespace rw::inline REWIND_ABI::datasets
