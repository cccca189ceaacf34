// TagSet: the tags that a model tells apart, and how they are written in files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "autograd/array.hpp"
#include "datasets/spans.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Spans are learned in BIOES, which tells where they end, whatever the files have (Ratinov & Roth 2009); tags of single
// words, such as parts of speech, as they are.
class TagSet {
 public:
  // Tags are spans if any is a mark and a type. Throws Error if there is no tag, if all are O, or if spans are mixed
  // with other tags.
  static TagSet of(const std::vector<TaggedSentence>& sentences);

  // From names() and scheme() as they were saved. Throws Error if a name is empty or there twice.
  TagSet(std::vector<std::string> names, std::optional<TagScheme> scheme);

  const std::vector<std::string>& names() const { return names_; }    // in BIOES, if they are spans
  const std::optional<TagScheme>& scheme() const { return scheme_; }  // of the files; none: no spans
  std::size_t size() const { return names_.size(); }
  bool operator==(const TagSet& other) const { return names_ == other.names_ && scheme_ == other.scheme_; }

  // Throws Error for a tag that is not there; `sentence` is the number, from 1, that it gives.
  std::vector<Index> encode(const std::vector<std::string>& tags, std::size_t sentence = 1) const;
  std::vector<std::string> decode(const std::vector<Index>& tags) const;  // well formed, in the files' scheme
  bool knows(const std::string& tag) const;                               // of a file, in any scheme

 private:
  std::vector<std::string> names_;
  std::optional<TagScheme> scheme_;
  std::map<std::string, Index, std::less<>> indices_;
};

}  // namespace rw::inline REWIND_ABI::datasets
