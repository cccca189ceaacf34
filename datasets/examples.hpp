// What readers of labelled corpora give, before tokens become numbers.
#pragma once

#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct LabelledText {
  std::string text;  // UTF-8
  Index label = 0;   // into LabelledTexts::classes
};
struct LabelledTexts {
  std::vector<std::string> classes;  // names, sorted
  std::vector<LabelledText> examples;
};

struct TaggedSentence {
  std::vector<std::string> tokens, tags;  // as many tags as tokens, or none if the file has none
};
struct TaggedCorpus {
  std::vector<TaggedSentence> sentences;
  std::vector<std::size_t> documents;  // the first sentence of each; one document if the file marks none
};

}  // namespace rw::inline REWIND_ABI::datasets
