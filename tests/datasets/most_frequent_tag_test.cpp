#include "datasets/most_frequent_tag.hpp"

#include "tests/support.hpp"

using namespace rw::datasets;
using Strings = std::vector<std::string>;

TEST_CASE("each word has its most frequent tag, an unknown one the most frequent of all") {
  const std::vector<TaggedSentence> sentences{{{"the", "can", "can"}, {"DET", "NOUN", "AUX"}},
                                              {{"can", "can", "rust", "rust"}, {"AUX", "AUX", "VERB", "NOUN"}}};
  const MostFrequentTag baseline(sentences);
  CHECK(baseline({"the", "can", "rust", "new", "The"}) == Strings{"DET", "AUX", "NOUN", "AUX", "AUX"});
  CHECK(baseline({}).empty());
}

TEST_CASE("without tags there is no baseline") {
  const std::vector<TaggedSentence> sentences{{{"a", "b"}, {}}};
  CHECK(message_of([&] { MostFrequentTag{sentences}; }) ==
        "[most_frequent_tag] sentences: none has tags; give a corpus with tags");
}
