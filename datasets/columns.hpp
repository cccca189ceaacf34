// What readers of corpora in columns share: a line cut into columns, and the loop that makes a corpus of sentences.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

bool is_blank(std::string_view line);                                  // nothing but spaces and tabs: ends a sentence
std::vector<std::string_view> split_at_tabs(std::string_view line);    // each tab separates; a column may be empty
std::vector<std::string_view> split_at_spaces(std::string_view line);  // any number of spaces separates

// All that `reader` (next(), at_document()) has to give.
template <class Reader>
TaggedCorpus read_all(Reader& reader) {
  TaggedCorpus corpus;
  while (std::optional<TaggedSentence> sentence = reader.next()) {
    if (reader.at_document()) corpus.documents.push_back(corpus.sentences.size());
    corpus.sentences.push_back(std::move(*sentence));
  }
  return corpus;
}

}  // namespace rw::inline REWIND_ABI::datasets
