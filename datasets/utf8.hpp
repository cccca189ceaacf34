// UTF-8 at both doors: text that comes in is checked, text that goes out is made of whole code points.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Throws Error with `name` (a file, "prompt") and the byte offset (from 0) if `text` is not UTF-8 or, having
// NUL bytes, no text at all. `instead` ends the message: what else can be done.
void check_utf8(std::string_view text, const std::string& name, const char* instead = "read bytes with --bytes");
void check_no_nul(std::string_view text, const std::string& name, const char* instead);

std::string to_utf8(std::uint32_t code_point);
std::string latin1_to_utf8(std::string_view bytes);  // ISO 8859-1: byte b is U+00b

// A symbol in a message: "U+00E9 'é'", "U+000A" if it cannot be seen; in byte mode "byte 0xE9".
std::string symbol_name(std::uint32_t symbol, bool bytes);

// Turns bytes that arrive in pieces into text that can be printed at once: the beginning of a sequence is
// held back until it is whole; each ill-formed piece (its maximal subpart, Unicode 3.9) becomes one U+FFFD.
class Utf8Stream {
 public:
  std::string push(std::string_view bytes);
  std::string finish();  // U+FFFD if a sequence was left incomplete, else nothing

 private:
  std::string start(char c);

  std::string held_;
  int wanted_ = 0;                          // continuation bytes that held_ still waits for
  unsigned char low_ = 0x80, high_ = 0xBF;  // bounds of the next one
};

}  // namespace rw::inline REWIND_ABI::datasets
