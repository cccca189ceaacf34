#include "datasets/text_codec.hpp"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "datasets/codec_engine.hpp"
#include "datasets/tokenizer.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

std::string cased(std::string_view text, bool lower_case) { return normalised(text, {lower_case, false}); }

// The line before an engine's bytes.
std::string head_of(CodecOptions::Kind kind, bool lower_case, std::string_view bytes) {
  return fmt::format("rewind text codec, {}, {}, {:016x}\n", kind == CodecOptions::bpe ? "bpe" : "words",
                     lower_case ? "lower case" : "any case", XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace

TextCodec::TextCodec(CodecOptions::Kind kind, bool lower_case, std::shared_ptr<const CodecEngine> engine)
    : kind_(kind), lower_case_(lower_case), engine_(std::move(engine)) {}

TextCodec TextCodec::learn(const std::vector<std::span<const std::string>>& texts, const CodecOptions& options) {
  Texts all;
  for (const auto& some : texts)
    for (const std::string& text : some) all.push_back(cased(text, options.lower_case));
  return {options.kind, options.lower_case,
          options.kind == CodecOptions::bpe ? learn_bpe(all, options.size)
                                            : learn_words(all, options.size, options.minimum_count)};
}

TextCodec::TextCodec(std::string_view serialized) {
  const std::string_view bytes = serialized.substr(std::min(serialized.find('\n'), serialized.size() - 1) + 1);
  const std::string_view head = serialized.substr(0, serialized.size() - bytes.size());
  for (const CodecOptions::Kind kind : {CodecOptions::bpe, CodecOptions::words})
    for (const bool lower_case : {false, true})
      if (head == head_of(kind, lower_case, bytes)) {
        *this = {kind, lower_case, kind == CodecOptions::bpe ? bpe_of(std::string(bytes)) : words_of(bytes)};
        return;
      }
  fail("text_codec", "bytes: they are damaged, or no text codec's; give those that were saved");
}

std::string TextCodec::serialized() const {
  const std::string bytes = engine_->bytes();
  return head_of(kind_, lower_case_, bytes) + bytes;
}

std::size_t TextCodec::size() const { return engine_->size(); }

bool TextCodec::operator==(const TextCodec& other) const {
  return engine_ == other.engine_ || serialized() == other.serialized();
}

std::vector<Index> TextCodec::encode(std::string_view text) const { return engine_->encode(cased(text, lower_case_)); }

void TextCodec::check(Index index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= size())
    fail("text_codec", fmt::format("index: expected 0 to {}, got {}", size() - 1, index));
}

std::string TextCodec::decode(const std::vector<Index>& indices) const {
  std::vector<Index> pieces;
  for (const Index index : indices) {
    check(index);
    if (index != special::padding && index != special::begin && index != special::end) pieces.push_back(index);
  }
  return engine_->decode(pieces);
}

std::string TextCodec::piece(Index index) const {
  check(index);
  return engine_->piece(index);
}

}  // namespace rw::inline REWIND_ABI::datasets
