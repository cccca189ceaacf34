#include "datasets/char_corpus.hpp"

#include "datasets/text_file.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

std::string repeat(const std::string& text, int times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

}  // namespace

TEST_CASE("a text is cut at floor(0.9 n) symbols") {
  for (std::size_t n = 11; n < 200; ++n) {
    std::string text;
    for (std::size_t i = 0; i < n; ++i) text += i % 3 == 0 ? "\xC3\xA9" : "a";
    for (bool bytes : {false, true}) {
      const CharCorpus corpus(text, bytes);
      const std::size_t symbols = bytes ? text.size() : n;
      REQUIRE(corpus.train().size() == static_cast<std::size_t>(static_cast<double>(symbols) * 0.9));
      REQUIRE(corpus.train().size() + corpus.validation().size() == symbols);
      const Vocabulary& v = corpus.vocabulary();
      REQUIRE(v.decode(corpus.train()) == text.substr(0, corpus.train_bytes()));
      REQUIRE(v.decode(corpus.validation()) == text.substr(corpus.train_bytes()));
    }
  }
}

TEST_CASE("the split's hash is what xxhsum -H1 prints for both parts") {
  // printf 'hello worl' | xxhsum -H1;  printf 'd!' | xxhsum -H1
  CHECK(CharCorpus("hello world!").split_hash() == "f0ff3f0d957f2149-205c006982b5bb84");
  CHECK(CharCorpus("hello world?").split_hash() != CharCorpus("hello world!").split_hash());
  CHECK(CharCorpus("Hello world!").split_hash() != CharCorpus("hello world!").split_hash());
}

TEST_CASE("a text is encoded with a model's vocabulary") {
  const CharCorpus trained("hello world, hello sea");
  const CharCorpus corpus("hero sell world", trained.vocabulary());
  CHECK(corpus.vocabulary() == trained.vocabulary());
  CHECK(trained.vocabulary().decode(corpus.train()) == "hero sell wor");
  CHECK(message_of([&] { CharCorpus("hello king", trained.vocabulary()); }) ==
        "[vocabulary] text: not in the vocabulary: U+0067 'g', U+0069 'i', U+006B 'k', U+006E 'n'; "
        "use symbols that the training text has");
}

TEST_CASE("a text with nothing to learn is refused") {
  const std::string reason = ", too short to learn from: to be split 9 to 1 it needs 11 symbols; give more text";
  CHECK(message_of([] { CharCorpus(""); }) == "[corpus] text: its length is 0" + reason);
  CHECK(message_of([] { CharCorpus("a"); }) == "[corpus] text: its length is 1" + reason);
  CHECK(message_of([] { CharCorpus("\xE4\xBD\xA0"); }) == "[corpus] text: its length is 1" + reason);
  CHECK(message_of([] { CharCorpus("0123456789"); }) == "[corpus] text: its length is 10" + reason);
  CHECK(message_of([] { CharCorpus(repeat("\xC3\xA9", 50)); }) ==
        "[corpus] text: only one distinct symbol, U+00E9 '\xC3\xA9', so there is nothing to learn; give a "
        "text");
  CHECK_THROWS_AS(CharCorpus(repeat("\xE9", 50)), Error);
  CHECK(CharCorpus("0123456789a").validation().size() == 2);
}

TEST_CASE("real texts") {
  const std::string folder = data_folder();
  if (folder.empty()) {
    WARN("skipped: REWIND_DATA names no folder");
    return;
  }
  SECTION("Tiny Shakespeare has nanoGPT's counts") {
    const std::string text = read_text({folder + "/tinyshakespeare/input.txt"});
    const CharCorpus corpus(text);
    CHECK(corpus.vocabulary().size() == 65);
    CHECK(corpus.train().size() == 1003854);
    CHECK(corpus.validation().size() == 111540);
    CHECK(corpus.split_hash() == "c54aef80f4477858-ab9b0cc911721d89");
    CHECK(corpus.vocabulary().decode(corpus.train()) + corpus.vocabulary().decode(corpus.validation()) == text);
  }
  SECTION("Tang poems, three bytes a character") {
    const std::string text = read_text({folder + "/tang_poetry/tang_300.txt"});
    const CharCorpus corpus(text);
    CHECK(corpus.train().size() + corpus.validation().size() == 29933);
    CHECK(corpus.vocabulary().decode(corpus.train()) == text.substr(0, corpus.train_bytes()));
    CHECK(corpus.vocabulary().decode(corpus.validation()) == text.substr(corpus.train_bytes()));
  }
}
