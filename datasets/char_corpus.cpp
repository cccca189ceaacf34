#include "datasets/char_corpus.hpp"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <utf8.h>
#include <xxhash.h>

#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

std::size_t length_in_bytes(std::string_view text, std::size_t symbols, bool bytes) {
  if (bytes) return symbols;
  auto it = text.begin();
  utf8::unchecked::advance(it, symbols);
  return static_cast<std::size_t>(it - text.begin());
}

std::string hash(std::string_view text) { return fmt::format("{:016x}", XXH64(text.data(), text.size(), 0)); }

}  // namespace

CharCorpus::CharCorpus(std::string_view text, bool bytes) : CharCorpus(text, Vocabulary::of_text(text, bytes)) {}

CharCorpus::CharCorpus(std::string_view text, const Vocabulary& vocabulary) : vocabulary_(vocabulary) {
  constexpr std::size_t fewest = 11;  // with fewer, the validation part has no symbol and its successor
  const IndexArray indices = vocabulary.encode(text);
  const std::size_t n = indices.size(), cut = n * 9 / 10;
  if (n < fewest)
    fail("corpus",
         fmt::format("text: its length is {}, too short to learn from: to be split 9 to 1 it needs {} symbols; "
                     "give more text",
                     n, fewest));
  if (vocabulary.size() < 2)
    fail("corpus", fmt::format("text: only one distinct symbol, {}, so there is nothing to learn; give a text",
                               symbol_name(vocabulary.symbols()[0], vocabulary.bytes())));
  train_ = share(indices, Shape{cut});
  validation_ = share(indices, Shape{n - cut}, cut);
  train_bytes_ = length_in_bytes(text, cut, vocabulary.bytes());
  split_hash_ = hash(text.substr(0, train_bytes_)) + "-" + hash(text.substr(train_bytes_));
}

}  // namespace rw::inline REWIND_ABI::datasets
