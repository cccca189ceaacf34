#include "datasets/indexed_sentences.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

const std::vector<TaggedSentence> sentences{{{"Rose", "saw", "Rose"}, {"B-PER", "O", "B-PER"}}, {{"rose"}, {"O"}}};
const TokenizerOptions options{.lower_case = true, .fold_digits = true};

std::vector<Index> values(const IndexArray& x) { return {x.begin(), x.end()}; }

}  // namespace

TEST_CASE("tokens that are equal are stored once") {
  const auto vocabulary = TaggingVocabulary::of(sentences, options);
  CHECK(vocabulary.words.words() == std::vector<std::string>{"rose", "saw"});
  CHECK(vocabulary.characters.words() == std::vector<std::string>{"s", "e", "o", "R", "a", "r", "w"});
  const IndexedSentences encoded = index_sentences(vocabulary, sentences, true);
  CHECK(encoded.tokens == Sequences{{0, 1, 0}, {2}});
  CHECK(encoded.words == std::vector<Index>{2, 3, 2});  // of Rose, saw, rose
  CHECK(encoded.shapes == std::vector<Index>{2, 1, 1});
  CHECK(encoded.characters == Sequences{{5, 4, 2, 3}, {2, 6, 8}, {7, 4, 2, 3}});
  CHECK(encoded.tags == Sequences{{4, 0, 4}, {0}});
}

TEST_CASE("a batch of sentences of different lengths") {
  const auto vocabulary = TaggingVocabulary::of(sentences, options);
  const TaggedBatch batch = batch_of(index_sentences(vocabulary, sentences, true), {1, 0});
  CHECK(batch.words.shape() == Shape{3, 2});
  CHECK(values(batch.words) == std::vector<Index>{2, 2, 0, 3, 0, 2});
  CHECK(values(batch.lengths) == std::vector<Index>{1, 3});
  CHECK(values(batch.shapes) == std::vector<Index>{1, 2, 0, 1, 0, 2});
  CHECK(values(batch.tags) == std::vector<Index>{0, 4, ignored, 0, ignored, 4});
  CHECK(values(batch.characters.lengths) == std::vector<Index>{4, 4, 1, 3, 1, 4});
  CHECK(batch.characters.indices.shape() == Shape{4, 6});
}

TEST_CASE("sentences without tags, and what was never seen") {
  const auto vocabulary = TaggingVocabulary::of(sentences, options);
  const IndexedSentences encoded = index_sentences(vocabulary, {{{"Zoë", "1"}, {}}}, false);
  CHECK(encoded.words == std::vector<Index>{1, 1});
  CHECK(encoded.characters == Sequences{{1, 4, 1}, {1}});
  CHECK(values(batch_of(encoded, {0}).tags) == std::vector<Index>{ignored, ignored});
}

TEST_CASE("a sentence without tags among others has ignored ones") {
  const auto vocabulary = TaggingVocabulary::of(sentences, options);
  const IndexedSentences encoded = index_sentences(vocabulary, {{{"Rose", "saw"}, {}}, sentences[1]}, true);
  CHECK(encoded.tags == Sequences{{ignored, ignored}, {0}});
  CHECK(values(batch_of(encoded, {0, 1}).tags) == std::vector<Index>{ignored, 0, ignored, ignored});
}

TEST_CASE("of a token of any length the ends are read") {
  const auto vocabulary = TaggingVocabulary::of(sentences, options);
  TaggedSentence sentence{{std::string(20001, 'a')}, {}};
  sentence.tokens[0].back() = 's';
  const IndexedSentences encoded = index_sentences(vocabulary, {sentence}, false);
  CHECK(encoded.characters[0].size() == 32);
  CHECK(encoded.characters[0].back() == vocabulary.characters.encode("s"));
}

TEST_CASE("what cannot be encoded is named") {
  const auto vocabulary = TaggingVocabulary::of(sentences, options);
  const TaggedSentence unknown{{"a", "b"}, {"O", "B-LOC"}};
  CHECK_THAT(message_of([&] {
               index_sentences(vocabulary, {sentences[0], unknown}, true);
             }),
             Catch::Contains("sentence 2, token 2") && Catch::Contains("'B-LOC'"));
  CHECK_THAT(message_of([] { TaggingVocabulary::of({{{"a"}, {}}}, options); }), Catch::Contains("has tags"));
}
