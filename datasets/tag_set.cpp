#include "datasets/tag_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::string_view marks = "BIES";

std::vector<std::string> bioes_names(const std::set<std::string>& tags) {
  std::set<std::string> types;
  for (const std::string& tag : tags)
    if (tag != "O") types.insert(spans_of({tag})[0].type);
  std::vector<std::string> names{"O"};
  for (const std::string& type : types)
    for (const char mark : marks) names.push_back(fmt::format("{}-{}", mark, type));
  return names;
}

}  // namespace

TagSet TagSet::of(const std::vector<TaggedSentence>& sentences) {
  std::set<std::string> tags;
  for (const TaggedSentence& sentence : sentences) tags.insert(sentence.tags.begin(), sentence.tags.end());
  if (tags.empty()) fail("tags", "none of the sentences has tags; give a file with tags to learn from");
  if (tags == std::set<std::string>{"O"}) fail("tags", "all tags are O; give a file that has names to learn from");
  if (std::none_of(tags.begin(), tags.end(), is_of_span)) return TagSet({tags.begin(), tags.end()}, std::nullopt);
  const TagScheme scheme = scheme_of(sentences);  // throws if other tags are among them
  return TagSet(bioes_names(tags), scheme);
}

TagSet::TagSet(std::vector<std::string> names, std::optional<TagScheme> scheme)
    : names_(std::move(names)), scheme_(scheme) {
  for (const std::string& name : names_)
    if (name.empty() || !indices_.emplace(name, static_cast<Index>(indices_.size())).second)
      fail("tags", fmt::format("names: '{}' is empty or there twice; this is no saved set of tags", name));
}

std::vector<Index> TagSet::encode(const std::vector<std::string>& tags, std::size_t sentence) const {
  for (std::size_t t = 0; t < tags.size(); ++t)
    if (!knows(tags[t]))
      fail("tags", fmt::format("sentence {}, token {}: the model does not know the tag '{}'; give sentences with the "
                               "tags that it was trained on",
                               sentence, t + 1, tags[t]));
  std::vector<Index> indices;
  indices.reserve(tags.size());
  for (const std::string& tag : scheme_ ? convert_tags(tags, TagScheme::bioes) : tags)
    indices.push_back(indices_.at(tag));
  return indices;
}

std::vector<std::string> TagSet::decode(const std::vector<Index>& indices) const {
  std::vector<std::string> tags;
  tags.reserve(indices.size());
  for (const Index index : indices) tags.push_back(names_.at(static_cast<std::size_t>(index)));
  return scheme_ ? convert_tags(tags, *scheme_) : tags;
}

bool TagSet::knows(const std::string& tag) const {
  if (!scheme_ || !is_of_span(tag)) return indices_.contains(tag);
  return std::all_of(marks.begin(), marks.end(), [&](char mark) { return indices_.contains(mark + tag.substr(1)); });
}

}  // namespace rw::inline REWIND_ABI::datasets
