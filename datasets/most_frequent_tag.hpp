// The baseline of every tagger: each word has the tag that it has most often.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

class MostFrequentTag {
 public:
  // Counts words as they are spelled; of equally frequent tags the lesser in bytes wins. Throws Error if there is no
  // tag.
  explicit MostFrequentTag(const std::vector<TaggedSentence>& sentences);

  // An unknown word has the tag that is the most frequent of all.
  std::vector<std::string> operator()(const std::vector<std::string>& tokens) const;

 private:
  std::map<std::string, std::string, std::less<>> tag_of_;
  std::string of_unknown_;
};

}  // namespace rw::inline REWIND_ABI::datasets
