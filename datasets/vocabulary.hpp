// Vocabulary: the symbols of a text and their indices 0 ... V - 1. A symbol is a Unicode code point or, in
// byte mode, a byte. Symbols are sorted, so the indices depend on which symbols occur and on nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

class Vocabulary {
 public:
  // The symbols that occur in `text`. Throws Error if it is not UTF-8 (unless `bytes`).
  static Vocabulary of_text(std::string_view text, bool bytes = false);

  // From symbols() and bytes() as they were saved. Throws Error unless the symbols are valid and ascending.
  Vocabulary(std::vector<std::uint32_t> symbols, bool bytes);

  const std::vector<std::uint32_t>& symbols() const { return symbols_; }
  bool bytes() const { return bytes_; }
  std::size_t size() const { return symbols_.size(); }
  bool operator==(const Vocabulary&) const = default;

  // Indices (n) of the symbols of `text`. `name` ("prompt") begins the message of the Error that is thrown if
  // `text` is not UTF-8 or has unknown symbols (up to five are named).
  IndexArray encode(std::string_view text, const std::string& name = "text") const;

  // One symbol: a whole code point in UTF-8, or in byte mode one byte, maybe a part of a code point: print it
  // through a Utf8Stream. Throws Error if there is no such index.
  std::string decode(Index index) const;
  std::string decode(const IndexArray& indices) const;

 private:
  std::vector<std::uint32_t> symbols_;
  bool bytes_;
};

}  // namespace rw::inline REWIND_ABI::datasets
