#include "datasets/tokenizer.hpp"

#include <utf8.h>

#include <random>

#include "datasets/utf8.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

using Tokens = std::vector<std::string>;

Tokens tokens(std::string_view text, const TokenizerOptions& options = {}) { return Tokenizer(options)(text); }

}  // namespace

TEST_CASE("words and punctuation marks are tokens, white space is none") {
  CHECK(tokens("I DON'T like it...  At all!\t(3.14 %)\n") ==
        Tokens{"i", "don't", "like", "it", ".", ".", ".", "at", "all", "!", "(", "3.14", "%", ")"});
  CHECK(tokens("good/bad well-made \"U.S.\"") ==
        Tokens{"good", "/", "bad", "well", "-", "made", "\"", "u.s", ".", "\""});
  CHECK(tokens("a\xC2\xA0"
               "b\xE2\x80\x83"
               "c\xC2\x85"
               "d") == Tokens{"a", "b", "c", "d"});  // no-break, em space, NEL
}

TEST_CASE("any script") {
  CHECK(tokens("L'\xC3\x89T\xC3\x89 CAF\xC3\x89") == Tokens{"l'\xC3\xA9t\xC3\xA9", "caf\xC3\xA9"});
  CHECK(tokens("\xCE\x9F\xCE\x94\xCE\x9F\xCE\xA3") == Tokens{"\xCE\xBF\xCE\xB4\xCE\xBF\xCF\x82"});  // final sigma
  CHECK(tokens("e\xCC\x81t\xC3\xA9") == Tokens{"e\xCC\x81t\xC3\xA9"});                              // a mark of its own
  CHECK(tokens("hi\xF0\x9F\x98\x80!") == Tokens{"hi", "\xF0\x9F\x98\x80", "!"});                    // outside the BMP
  CHECK(tokens("\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82").back() == "\xE3\x80\x82");                   // no spaces at all
}

TEST_CASE("case stays and digits are folded as the options say") {
  CHECK(tokens("Mr. X", {.lower_case = false}) == Tokens{"Mr", ".", "X"});
  CHECK(tokens("In 1984, 3.5x", {.fold_digits = true}) == Tokens{"in", "0000", ",", "0.0x"});
  CHECK(tokens("\xD9\xA3 \xF0\x9D\x9F\x98 \xC2\xB2", {.fold_digits = true}) ==
        Tokens{"0", "0", "\xC2\xB2"});  // not 2 squared
  CHECK(TokenizerOptions{true, false} == TokenizerOptions{});
  CHECK_FALSE(TokenizerOptions{true, true} == TokenizerOptions{});
  CHECK(Tokenizer({false, true}).options() == TokenizerOptions{false, true});
}

TEST_CASE("nothing to see is no token") {
  for (const char* text : {"", " ", "\r\n\t ", "\xEF\xBB\xBF", "\xE2\x80\x8B", "\xC2\x96"}) CHECK(tokens(text).empty());
  CHECK(tokens({"a\0b", 3}) == Tokens{"a", "b"});
}

TEST_CASE("ill-formed UTF-8 becomes U+FFFD, whatever it is") {
  CHECK(tokens("ab \xFF cd") == Tokens{"ab", "\xEF\xBF\xBD", "cd"});
  std::mt19937 random(3);
  Tokenizer tokenizer;
  for (int trial = 0; trial < 300; ++trial) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += static_cast<char>(random() % 256);
    for (const std::string& token : tokenizer(bytes)) REQUIRE((!token.empty() && utf8::is_valid(token)));
  }
}

TEST_CASE("one tokenizer for many texts gives what a new one would, also when it was moved") {
  Tokenizer tokenizer;
  CHECK(tokenizer("a longer text before") == Tokens{"a", "longer", "text", "before"});
  CHECK(tokenizer("short") == Tokens{"short"});
  Tokenizer moved = std::move(tokenizer);
  CHECK(moved("") == Tokens{});
  CHECK(moved("x y") == Tokens{"x", "y"});
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "word ";
  CHECK(moved(text) == Tokens(20'000, "word"));
}

TEST_CASE("a text that ICU cannot hold is refused") {
  const std::string_view huge("", std::size_t{1} << 31);  // never read
  CHECK(message_of([&] { Tokenizer()(huge); }) ==
        "[tokenizer] text: 2147483648 bytes; give texts of less than 2 GiB, one by one");
}

TEST_CASE("the word that a token is looked up as") {
  const TokenizerOptions both{.lower_case = true, .fold_digits = true};
  CHECK(normalised("Boeing-747", both) == "boeing-000");
  CHECK(normalised("ÉTÉ", both) == "été");
  CHECK(normalised("١٩", both) == "00");
  CHECK(normalised("😀", both) == "😀");
  CHECK(normalised("", both).empty());
  CHECK(normalised("Boeing-747", {.lower_case = false, .fold_digits = false}) == "Boeing-747");
  CHECK(normalised("Boeing-747", {.lower_case = false, .fold_digits = true}) == "Boeing-000");
}

TEST_CASE("a token is what a tokenizer makes of it") {
  const TokenizerOptions options{.lower_case = true, .fold_digits = true};
  Tokenizer tokenizer(options);
  for (const char* token : {"Istanbul", "ΣΊΣΥΦΟΣ", "1999", "Straße", "don't"}) {
    INFO(token);
    CHECK(tokenizer(token) == std::vector<std::string>{normalised(token, options)});
  }
}
