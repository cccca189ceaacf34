#include "datasets/utf8.hpp"

#include <utf8.h>

#include <random>

#include "tests/support.hpp"

using namespace rw::datasets;

namespace {

// Pushed byte by byte; every piece that comes out must be whole.
std::string streamed(const std::string& bytes) {
  Utf8Stream stream;
  std::string text;
  for (char c : bytes) {
    const std::string piece = stream.push({&c, 1});
    if (!utf8::is_valid(piece)) FAIL("a broken code point came out");
    text += piece;
  }
  return text + stream.finish();
}

const std::string bad = "\xEF\xBF\xBD";

}  // namespace

TEST_CASE("a stream holds back what is incomplete") {
  Utf8Stream stream;
  CHECK(stream.push("a\xE4") == "a");
  CHECK(stream.push("\xBD") == "");
  CHECK(stream.push("\xA0z") == "\xE4\xBD\xA0z");
  CHECK(stream.push("\xF0\x9F\x98") == "");
  CHECK(stream.finish() == bad);
  CHECK(stream.finish() == "");
  CHECK(stream.push("ok") == "ok");
}

TEST_CASE("each ill-formed subsequence becomes one replacement character") {
  CHECK(streamed("a\xFF!") == "a" + bad + "!");
  CHECK(streamed("\x80") == bad);
  CHECK(streamed("\xE4\xBD!") == bad + "!");
  CHECK(streamed("\xE4\xE4\xBD\xA0") == bad + "\xE4\xBD\xA0");
  CHECK(streamed("\xC0\x80") == bad + bad);
  CHECK(streamed("\xED\xA0\x80") == bad + bad + bad);
  // Unicode 15, table 3-8 to 3-11
  CHECK(streamed("\xE0\x80\xE2\xF0\x91\x92\xF1\xBF\x41") == bad + bad + bad + bad + bad + "\x41");
  CHECK(streamed("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42") == bad + bad + bad + bad + bad + "\x41" + bad + bad + "\x42");
}

TEST_CASE("whatever bytes are pushed, valid UTF-8 comes out, however they are cut") {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    std::string bytes;
    for (int i = 0; i < 60; ++i) bytes += static_cast<char>(random() % 3 == 0 ? random() % 128 : 128 + random() % 128);
    const std::string text = streamed(bytes);
    REQUIRE(utf8::is_valid(text));
    Utf8Stream whole;
    std::string at_once = whole.push(bytes);
    at_once += whole.finish();
    REQUIRE(at_once == text);
    REQUIRE(streamed(text) == text);
  }
}

TEST_CASE("every code point passes a stream unchanged") {
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    Utf8Stream stream;
    const std::string bytes = to_utf8(c);
    if (stream.push(bytes) != bytes) FAIL("U+" << std::hex << c);
  }
}

TEST_CASE("symbols are named so that they can be read") {
  CHECK(symbol_name(0xE9, false) == "U+00E9 '\xC3\xA9'");
  CHECK(symbol_name(0xE9, true) == "byte 0xE9");
  CHECK(symbol_name(0x1F600, false) == "U+1F600 '\xF0\x9F\x98\x80'");
  CHECK(symbol_name(' ', false) == "U+0020 ' '");
  for (std::uint32_t unseen : {0x0Au, 0x1Bu, 0x7Fu, 0x301u, 0x202Eu, 0xFEFFu, 0xE000u})
    CHECK(symbol_name(unseen, false).size() == 6);
}

TEST_CASE("every byte of Latin-1 is the code point of its number") {
  std::string bytes, text;
  for (std::uint32_t c = 0; c < 256; ++c) bytes += static_cast<char>(c), text += to_utf8(c);
  CHECK(latin1_to_utf8(bytes) == text);
  CHECK(latin1_to_utf8("caf\xE9") == "caf\xC3\xA9");
}
