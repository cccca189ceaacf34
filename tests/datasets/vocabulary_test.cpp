#include "datasets/vocabulary.hpp"

#include <random>

#include "datasets/utf8.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

std::string random_text(std::mt19937& random, std::size_t length) {
  const std::uint32_t limits[] = {0x80, 0x800, 0x10000, 0x110000};  // 1 to 4 bytes
  std::string text;
  while (length > 0) {
    const std::uint32_t symbol = static_cast<std::uint32_t>(random()) % limits[random() % 4];
    if (symbol == 0 || (symbol >= 0xD800 && symbol <= 0xDFFF)) continue;
    text += to_utf8(symbol), --length;
  }
  return text;
}

}  // namespace

TEST_CASE("symbols are sorted, whatever their order in the text") {
  const Vocabulary v = Vocabulary::of_text(
      "z\xC3\xA9"
      "a\xE4\xBD\xA0z\n");
  CHECK(v.symbols() == std::vector<std::uint32_t>{'\n', 'a', 'z', 0xE9, 0x4F60});
  CHECK(v == Vocabulary::of_text("a\xE4\xBD\xA0\nz\xC3\xA9"));
  CHECK(v.size() == 5);
  const IndexArray indices = v.encode("a\xE4\xBD\xA0\n");
  CHECK(indices.shape() == Shape{3});
  CHECK((indices(0) == 1 && indices(1) == 4 && indices(2) == 0));
  CHECK(v.decode(4) == "\xE4\xBD\xA0");
  CHECK(v.encode("").size() == 0);
}

TEST_CASE("in byte mode a symbol is a byte") {
  const Vocabulary v = Vocabulary::of_text("\xE4\xBD\xA0\xFF", true);
  CHECK(v.symbols() == std::vector<std::uint32_t>{0xA0, 0xBD, 0xE4, 0xFF});
  CHECK(v.decode(2) == "\xE4");
  CHECK(v.decode(v.encode("\xE4\xBD\xA0\xFF")) == "\xE4\xBD\xA0\xFF");
  CHECK_FALSE(v == Vocabulary({0xA0, 0xBD, 0xE4, 0xFF}, false));
}

TEST_CASE("random texts survive a round trip, also through the saved form") {
  std::mt19937 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    const std::string text = random_text(random, 1 + random() % 200);
    for (bool bytes : {false, true}) {
      const Vocabulary v = Vocabulary::of_text(text, bytes), saved(v.symbols(), v.bytes());
      REQUIRE(v == saved);
      const IndexArray indices = v.encode(text);
      REQUIRE(saved.decode(indices) == text);
      for (Index i : indices.storage()) REQUIRE((i >= 0 && static_cast<std::size_t>(i) < v.size()));
    }
  }
}

TEST_CASE("unknown symbols are named") {
  const Vocabulary v = Vocabulary::of_text("abc");
  CHECK(message_of([&] { v.encode("caf\xC3\xA9\n", "prompt"); }) ==
        "[vocabulary] prompt: not in the vocabulary: U+000A, U+0066 'f', U+00E9 '\xC3\xA9'; "
        "use symbols that the training text has");
  CHECK(message_of([&] { v.encode("zyxwvuzz"); }) ==
        "[vocabulary] text: not in the vocabulary: U+0075 'u', U+0076 'v', U+0077 'w', U+0078 'x', U+0079 'y' "
        "and 1 more; use symbols that the training text has");
  CHECK(message_of([&] { Vocabulary::of_text("abc", true).encode("\xC3", "prompt"); }) ==
        "[vocabulary] prompt: not in the vocabulary: byte 0xC3; use symbols that the training text has");
}

TEST_CASE("a text that is not UTF-8 is refused") {
  const Vocabulary v = Vocabulary::of_text("abc");
  CHECK(message_of([&] { v.encode("ab\xFF", "prompt"); }) ==
        "[text] prompt: not valid UTF-8 at byte offset 2 (0xFF); "
        "convert it to UTF-8 (iconv), or read bytes with --bytes");
  CHECK_THROWS_AS(Vocabulary::of_text("a\xC3"), Error);
}

TEST_CASE("indices and saved symbols are checked") {
  const Vocabulary v = Vocabulary::of_text("abc");
  CHECK(message_of([&] { v.decode(3); }) == "[vocabulary] index: expected 0 to 2, got 3");
  CHECK(message_of([&] { v.decode(-1); }) == "[vocabulary] index: expected 0 to 2, got -1");
  const std::string advice = "; this is no saved vocabulary, or it was changed";
  CHECK(message_of([] { Vocabulary({97, 256}, true); }) == "[vocabulary] symbols: 256 is no byte" + advice);
  CHECK(message_of([] { Vocabulary({97, 0xD800}, false); }) == "[vocabulary] symbols: 55296 is no code point" + advice);
  CHECK(message_of([] {
          Vocabulary({97, 0x110000}, false);
        }) == "[vocabulary] symbols: 1114112 is no code point" + advice);
  CHECK(message_of([] { Vocabulary({97, 97}, false); }) == "[vocabulary] symbols: not in ascending order" + advice);
}
