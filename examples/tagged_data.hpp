// Tagged corpora as a command line names them: --data and what belongs to it.
#pragma once

#include <string>
#include <vector>

#include "datasets/examples.hpp"

namespace CLI {
class App;
}

namespace rw::inline REWIND_ABI::examples {

struct TaggedDataFlags {
  std::vector<std::string> files;        // none: the embedded sentences
  std::string split;                     // JSON: the documents of each part
  int token_column = 1, tag_column = 0;  // tag 0: the last; of CoNLL-U the universal part of speech

  void add_to(CLI::App& verb);

  bool embedded() const { return files.empty(); }
  // The sentences of the files, one after the other; of a split those of `part`. Throws as the readers do, and if one
  // has no tags, or if the split has no such part.
  datasets::TaggedCorpus read(const std::string& part) const;
  datasets::TaggedCorpus read_file(const std::string& path) const;  // CoNLL-U by its name, .conllu, else columns
};

}  // namespace rw::inline REWIND_ABI::examples
