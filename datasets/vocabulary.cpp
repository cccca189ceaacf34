#include "datasets/vocabulary.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::uint32_t code_points = 0x110000;

// Calls f(symbol) for every symbol of a text that was checked.
template <class F>
void for_each_symbol(std::string_view text, bool bytes, F&& f) {
  if (bytes)
    for (char c : text) f(std::uint32_t{static_cast<unsigned char>(c)});
  else
    for (auto it = text.begin(); it != text.end();) f(utf8::unchecked::next(it));
}

[[noreturn]] void fail_unknown(const std::string& name, const std::set<std::uint32_t>& unknown, bool bytes) {
  std::string list;
  std::size_t named = 0;
  for (auto it = unknown.begin(); it != unknown.end() && named < 5; ++it, ++named)
    list += (named > 0 ? ", " : "") + symbol_name(*it, bytes);
  if (unknown.size() > named) list += fmt::format(" and {} more", unknown.size() - named);
  fail("vocabulary", fmt::format("{}: not in the vocabulary: {}; use symbols that the training text has", name, list));
}

}  // namespace

Vocabulary Vocabulary::of_text(std::string_view text, bool bytes) {
  if (!bytes) check_utf8(text, "text");
  std::vector<bool> seen(code_points);
  for_each_symbol(text, bytes, [&](std::uint32_t symbol) { seen[symbol] = true; });
  std::vector<std::uint32_t> symbols;
  for (std::uint32_t symbol = 0; symbol < code_points; ++symbol)
    if (seen[symbol]) symbols.push_back(symbol);
  return Vocabulary(std::move(symbols), bytes);
}

Vocabulary::Vocabulary(std::vector<std::uint32_t> symbols, bool bytes) : symbols_(std::move(symbols)), bytes_(bytes) {
  const auto invalid = [&](std::uint32_t s) {
    return bytes ? s > 0xFF : s >= code_points || (s >= 0xD800 && s <= 0xDFFF);
  };
  const char* advice = "this is no saved vocabulary, or it was changed";
  if (const auto bad = std::find_if(symbols_.begin(), symbols_.end(), invalid); bad != symbols_.end())
    fail("vocabulary", fmt::format("symbols: {} is no {}; {}", *bad, bytes ? "byte" : "code point", advice));
  if (std::adjacent_find(symbols_.begin(), symbols_.end(), std::greater_equal<>()) != symbols_.end())
    fail("vocabulary", fmt::format("symbols: not in ascending order; {}", advice));
}

IndexArray Vocabulary::encode(std::string_view text, const std::string& name) const {
  if (!bytes_) check_utf8(text, name);
  const std::ptrdiff_t n = bytes_ ? std::ssize(text) : utf8::unchecked::distance(text.begin(), text.end());
  IndexArray indices(Shape{static_cast<std::size_t>(n)});
  Index* out = indices.data();
  std::set<std::uint32_t> unknown;
  for_each_symbol(text, bytes_, [&](std::uint32_t symbol) {
    const auto it = std::lower_bound(symbols_.begin(), symbols_.end(), symbol);
    if (it == symbols_.end() || *it != symbol) unknown.insert(symbol);
    *out++ = static_cast<Index>(it - symbols_.begin());
  });
  if (!unknown.empty()) fail_unknown(name, unknown, bytes_);
  return indices;
}

std::string Vocabulary::decode(Index index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= size())
    fail("vocabulary", fmt::format("index: expected 0 to {}, got {}", std::ssize(symbols_) - 1, index));
  const std::uint32_t symbol = symbols_[static_cast<std::size_t>(index)];
  return bytes_ ? std::string(1, static_cast<char>(symbol)) : to_utf8(symbol);
}

std::string Vocabulary::decode(const IndexArray& indices) const {
  std::string text;
  for (Index index : indices.storage()) text += decode(index);
  return text;
}

}  // namespace rw::inline REWIND_ABI::datasets
