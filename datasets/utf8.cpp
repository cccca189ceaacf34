#include "datasets/utf8.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD";  // U+FFFD

// Controls, combining and joining marks, direction marks, private use: nothing to show between quotes.
bool visible(std::uint32_t code_point) {
  constexpr std::pair<std::uint32_t, std::uint32_t> hidden[] = {
      {0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x300, 0x36F},   {0x200B, 0x200F},
      {0x2028, 0x202E}, {0x2060, 0x206F}, {0xD800, 0xF8FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
      {0xFFF0, 0xFFFC}, {0xFFFE, 0xFFFF}, {0xE0000, ~0u}};
  return std::none_of(std::begin(hidden), std::end(hidden),
                      [&](auto range) { return range.first <= code_point && code_point <= range.second; });
}

}  // namespace

void check_no_nul(std::string_view text, const std::string& name, const char* instead) {
  if (const std::size_t nul = text.find('\0'); nul != text.npos)
    fail("text", fmt::format("{}: a NUL byte at byte offset {}, so this looks like a binary file; give a text, or {}",
                             name, nul, instead));
}

void check_utf8(std::string_view text, const std::string& name, const char* instead) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    fail("text", fmt::format("{}: this is UTF-16; convert it (iconv -f UTF-16 -t UTF-8), or {}", name, instead));
  check_no_nul(text, name, instead);
  const auto bad = utf8::find_invalid(text.begin(), text.end());
  if (bad != text.end())
    fail("text", fmt::format("{}: not valid UTF-8 at byte offset {} (0x{:02X}); convert it to UTF-8 (iconv), or {}",
                             name, bad - text.begin(), static_cast<unsigned char>(*bad), instead));
}

std::string to_utf8(std::uint32_t code_point) {
  std::string bytes;
  utf8::unchecked::append(code_point, std::back_inserter(bytes));
  return bytes;
}

std::string latin1_to_utf8(std::string_view bytes) {
  std::string text;
  for (char c : bytes) utf8::unchecked::append(static_cast<unsigned char>(c), std::back_inserter(text));
  return text;
}

std::string symbol_name(std::uint32_t symbol, bool bytes) {
  if (bytes) return fmt::format("byte 0x{:02X}", symbol);
  return fmt::format("U+{:04X}", symbol) + (visible(symbol) ? " '" + to_utf8(symbol) + "'" : "");
}

// Takes the first byte of a sequence (Unicode, table 3-7: well-formed UTF-8 byte sequences).
std::string Utf8Stream::start(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x80) return {c};
  if (byte < 0xC2 || byte > 0xF4) return replacement;
  wanted_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
  high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
  held_ = c;
  return {};
}

std::string Utf8Stream::push(std::string_view bytes) {
  std::string text;
  for (char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (wanted_ == 0 || byte < low_ || byte > high_) {
      text += finish();
      text += start(c);
      continue;
    }
    held_ += c;
    low_ = 0x80, high_ = 0xBF;
    if (--wanted_ == 0) text += std::exchange(held_, {});
  }
  return text;
}

std::string Utf8Stream::finish() {
  wanted_ = 0;
  return std::exchange(held_, {}).empty() ? "" : replacement;
}

}  // namespace rw::inline REWIND_ABI::datasets
