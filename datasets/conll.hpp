// Tagged sentences in columns, a token a line, as the shared tasks of CoNLL have them:
//
//   -DOCSTART- -X- O O        begins a document, and is no sentence
//
//   EU NNP I-NP I-ORG         token, other columns, tag
//   rejects VBZ I-VP O
//                             a blank line ends a sentence
//   Peter NNP I-NP I-PER
//
// Columns are separated by tabs if the first token's line has one, else by spaces (any number). Lines that begin with
// "# " are comments where tabs separate; where spaces do, "# O" is the token # like any other. Lines may end in CRLF.
#pragma once

#include <deque>

#include "datasets/columns.hpp"
#include "datasets/text_file.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Columns count from 1, or, negative, from the last: -1 is the last. Where there is but one, sentences have no tags.
struct ConllOptions {
  int token_column = 1, tag_column = -1;
};

// Throws Error with the file's name: as TextLines for one that cannot be read, and for one without a sentence; with
// the line too if it is not UTF-8, has not as many columns as the first token's, lacks a column that is asked for, or
// has nothing in it.
TaggedCorpus read_conll(const std::string& path, const ConllOptions& options = {});

// One sentence at a time, each as soon as its end has arrived.
class ConllReader {
 public:
  explicit ConllReader(TextLines lines, const ConllOptions& options = {});

  std::optional<TaggedSentence> next();              // nothing after the last. Throws Error as read_conll does
  bool at_document() const { return at_document_; }  // is the sentence that next() gave its document's first?

 private:
  [[noreturn]] void fail_here(const std::string& message) const;
  bool next_line();
  void look_ahead();
  std::size_t place_of(int column, const char* role) const;
  void choose_columns(std::size_t columns);
  void add_token(TaggedSentence& sentence);

  TextLines lines_;
  ConllOptions options_;
  std::deque<std::string> ahead_;  // lines that were read to see what separates columns
  std::string line_;
  std::size_t number_ = 0, first_number_ = 0;          // of line_, and of the first token's line
  bool tabs_ = false;                                  // or spaces
  std::size_t columns_ = 0, token_ = 0, tag_ = 0;      // how many; which, from 0
  bool document_begins_ = true, at_document_ = false;  // of the next sentence, of the last one
};

}  // namespace rw::inline REWIND_ABI::datasets
