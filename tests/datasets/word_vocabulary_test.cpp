#include "datasets/word_vocabulary.hpp"

#include "datasets/utf8.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

using Words = std::vector<std::string>;
const WordCounts counts = {{"the", 9}, {"b", 3}, {"a", 3}, {"\xC3\xA9", 3}, {"rare", 1}, {"B", 3}};

}  // namespace

TEST_CASE("the most frequent word comes first, equals in the order of their bytes") {
  CHECK(WordVocabulary::of_counts(counts).words() == Words{"the", "B", "a", "b", "\xC3\xA9", "rare"});
  CHECK(WordVocabulary::of_counts(counts, {3}).words() == Words{"the", "B", "a", "b", "\xC3\xA9"});
  CHECK(WordVocabulary::of_counts(counts, {1, 3}).words() == Words{"the", "B", "a"});
  CHECK(WordVocabulary::of_counts(counts, {9, 3}).words() == Words{"the"});
}

TEST_CASE("the order of the hash table does not matter") {
  WordCounts forward, backward(10'007);
  for (int i = 0; i < 1000; ++i) forward["w" + std::to_string(i)] = 1 + i % 3;
  for (int i = 999; i >= 0; --i) backward["w" + std::to_string(i)] = 1 + i % 3;
  CHECK(WordVocabulary::of_counts(forward, {1, 500}) == WordVocabulary::of_counts(backward, {1, 500}));
}

TEST_CASE("0 is padding, 1 is unknown, words begin at 2") {
  const WordVocabulary v = WordVocabulary::of_counts(counts, {3});
  CHECK(v.size() == 7);
  CHECK(v.encode("the") == 2);
  CHECK(v.encode(Words{"b", "rare", "", "THE", "<pad>", "<unk>"}) == std::vector<Index>{5, 1, 1, 1, 1, 1});
  CHECK(v.encode(Words{}).empty());
  CHECK(v.decode(0) == "<pad>");
  CHECK(v.decode(1) == "<unk>");
  for (const std::string& word : v.words()) CHECK(v.decode(v.encode(word)) == word);
  CHECK(WordVocabulary({"<pad>", "<unk>"}).encode("<unk>") == 3);  // words of a text like any other
  CHECK(message_of([&] { v.decode(7); }) == "[vocabulary] index: expected 0 to 6, got 7");
  CHECK(message_of([&] { v.decode(-1); }) == "[vocabulary] index: expected 0 to 6, got -1");
}

TEST_CASE("a vocabulary survives its saved form, copies and moves") {
  WordVocabulary v = WordVocabulary::of_counts(counts);
  const WordVocabulary saved(v.words()), copy = v, moved = std::move(v);
  CHECK((saved == copy && copy == moved));
  for (const WordVocabulary& other : {saved, copy, moved}) CHECK(other.encode("\xC3\xA9") == 6);
  CHECK(WordVocabulary({}).size() == 2);
}

TEST_CASE("saved words and counts are checked") {
  CHECK(message_of([] {
          WordVocabulary({"a", "b", "a"});
        }) == "[vocabulary] words: 'a' is there twice; this is no saved vocabulary");
  CHECK(message_of([] {
          WordVocabulary({"a", ""});
        }) == "[vocabulary] words: word 1 is empty; this is no saved vocabulary");
  CHECK(message_of([] {
          WordVocabulary({"a", "\xFF"});
        }) ==
        "[text] words: word 1: not valid UTF-8 at byte offset 0 (0xFF); convert it to UTF-8 (iconv), or save the "
        "vocabulary anew");
  CHECK(message_of([] { WordVocabulary::of_counts(counts, {10}); }) ==
        "[vocabulary] none of 6 words occurs 10 times or more; give more text or a smaller minimum count");
  CHECK(message_of([] { WordVocabulary::of_counts({}); }) ==
        "[vocabulary] none of 0 words occurs 1 times or more; give more text or a smaller minimum count");
}

TEST_CASE("a token's characters are code points, and make a vocabulary as well") {
  CHECK(characters("") == Words{});
  CHECK(characters("a\xC3\xA9\xE4\xBD\xA0\xF0\x9F\x98\x80") ==
        Words{"a", "\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"});
  WordCounts symbols;
  for (const char* token : {"caf\xC3\xA9", "face"})
    for (const std::string& symbol : characters(token)) ++symbols[symbol];
  const WordVocabulary v = WordVocabulary::of_counts(symbols);
  CHECK(v.words() == Words{"a", "c", "f", "e", "\xC3\xA9"});
  CHECK(v.encode(characters("f\xC3\xA9x")) == std::vector<Index>{4, 6, 1});
  CHECK_THROWS_AS(characters("a\xC3"), Error);
}
