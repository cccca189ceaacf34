// CoNLL-U, the format of Universal Dependencies (https://universaldependencies.org/format.html): ten columns, separated
// by tabs, a word a line. Words are what it tags: multiword tokens ("3-4") and empty nodes ("5.1") are left out.
#pragma once

#include "datasets/columns.hpp"
#include "datasets/text_file.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Tags stand in column 4, the universal part of speech; 5 has the language's own, 8 the relation to the head. A comment
// "# newdoc" begins a document.
// Throws Error with the file's name: as TextLines for one that cannot be read, and for one without a sentence; with
// the line too if it is not UTF-8, has not ten columns, no word or tag, or an id that does not follow the one before.
TaggedCorpus read_conllu(const std::string& path, std::size_t tag_column = 4);

// One sentence at a time, each as soon as its end has arrived.
class ConlluReader {
 public:
  explicit ConlluReader(TextLines lines, std::size_t tag_column = 4);

  std::optional<TaggedSentence> next();              // nothing after the last. Throws Error as read_conllu does
  bool at_document() const { return at_document_; }  // is the sentence that next() gave its document's first?

 private:
  struct Ids;

  [[noreturn]] void fail_here(const std::string& message) const;
  void add_line(const std::string& line, TaggedSentence& sentence, Ids& ids);
  void end_sentence(const Ids& ids) const;

  TextLines lines_;
  std::size_t tag_;                                    // column, from 0
  bool document_begins_ = true, at_document_ = false;  // of the next sentence, of the last one
};

}  // namespace rw::inline REWIND_ABI::datasets
