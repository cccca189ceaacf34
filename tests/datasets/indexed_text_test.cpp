#include "datasets/indexed_text.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

LabelledTexts small() {
  return {{"bad", "good"}, {{"A good film, a GOOD one", 1}, {"", 0}, {"a film", 0}, {"bad", 0}, {"fine", 1}}};
}

TextEncoder encoder_of(const LabelledTexts& texts, std::size_t most_words, const TokenizerOptions& options = {}) {
  return {WordVocabulary::of_counts(count_words(texts, options)), options, most_words};
}

LabelledTexts numbered(std::size_t n) {
  LabelledTexts texts{{"x"}, {}};
  for (std::size_t i = 0; i < n; ++i) texts.examples.push_back({std::to_string(i), 0});
  return texts;
}

}  // namespace

TEST_CASE("words are counted as the tokenizer cuts them") {
  const WordCounts counts = count_words(small(), {});
  CHECK(counts.at("a") == 3);
  CHECK(counts.at("good") == 2);
  CHECK(counts.at(",") == 1);
  CHECK(count_words(small(), {.lower_case = false}).at("GOOD") == 1);
}

TEST_CASE("a text becomes indices: unknown words, no words, bytes that are no UTF-8") {
  TextEncoder encoder = encoder_of(small(), 0);
  const auto index = [&](const char* word) { return encoder.vocabulary().encode(word); };
  CHECK(encoder("a good thing") == std::vector<Index>{index("a"), index("good"), WordVocabulary::unknown});
  CHECK(encoder("").empty());
  CHECK(encoder(" \t ").empty());
  CHECK(encoder("good \xff\xfe") == std::vector<Index>{index("good"), 1, 1});
}

TEST_CASE("a long text keeps its ends, an odd word more of the beginning") {
  const LabelledTexts texts = numbered(9);
  TextEncoder whole = encoder_of(texts, 0), cut = encoder_of(texts, 5);
  const std::string text = "0 1 2 3 4 5 6 7 8";
  const std::vector<Index> all = whole(text);
  REQUIRE(all.size() == 9);
  CHECK(cut(text) == std::vector<Index>{all[0], all[1], all[2], all[7], all[8]});
  CHECK(cut("3 4 5 6 7").size() == 5);
  std::string long_text;
  for (int i = 0; i < 20000; ++i) long_text += "7 ";
  CHECK(cut(long_text) == std::vector<Index>(5, all[7]));
  CHECK(whole(long_text).size() == 20000);
  CHECK_FALSE(whole == cut);
}

TEST_CASE("picked texts become a batch with their labels") {
  const LabelledTexts texts = small();
  TextEncoder encoder = encoder_of(texts, 0);
  const IndexedTexts indexed = index_texts(texts, encoder);
  REQUIRE(indexed.size() == 5);
  const TextBatch batch = batch_of(indexed, {2, 1, 4});
  CHECK(batch.words.shape() == Shape{2, 3});
  CHECK(batch.words(0, 0) == encoder.vocabulary().encode("a"));
  CHECK(batch.words(0, 1) == WordVocabulary::unknown);  // the empty one
  CHECK(batch.words(1, 1) == WordVocabulary::padding);
  CHECK(std::vector<Index>(batch.lengths.begin(), batch.lengths.end()) == std::vector<Index>{2, 1, 1});
  CHECK(std::vector<Index>(batch.labels.begin(), batch.labels.end()) == std::vector<Index>{0, 0, 1});
}
