// Lines of a corpus in columns, as they arrive from a file or a pipe, and the loop that makes a corpus of sentences.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

class ColumnLines {
 public:
  // `in` must outlive the lines; `name` ("wnut17.conll", "standard input") begins every message.
  ColumnLines(std::istream& in, std::string name) : in_(in), name_(std::move(name)) {}

  // Without "\n" or "\r\n", and without a byte order mark before the first; false after the last. Throws Error if the
  // line is not UTF-8, or the stream breaks.
  bool next(std::string& line);

  const std::string& name() const { return name_; }
  std::size_t number() const { return number_; }  // of the line that next() gave, from 1

 private:
  std::istream& in_;
  std::string name_;
  std::size_t number_ = 0;
};

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
