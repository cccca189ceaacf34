// TextCodec: a text as indices 0 ... V - 1 and back, for models that write text. Four indices are no text:
//
//   0 padding   1 unknown: what was not in the texts it learned from   2 begin   3 end of a sentence
//
// Two kinds. bpe: pieces of words, by byte-pair encoding (Sennrich et al. 2016) as sentencepiece learns it, over text
// in Unicode's form NFKC; a piece that begins a word begins with U+2581, so decoding gives the text back, spaces being
// single. words: the tokens of Tokenizer; decoding joins them with spaces.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

namespace special {
constexpr Index padding = 0, unknown = 1, begin = 2, end = 3;
}

struct CodecOptions {
  enum Kind { bpe, words } kind = bpe;
  std::size_t size = 8000;        // V at most; a small text has fewer pieces or words, and bpe never above a million
  bool lower_case = false;        // Unicode's full mapping, of no language in particular
  std::size_t minimum_count = 1;  // words: rarer ones are unknown
};

class CodecEngine;  // codec_engine.hpp

// A value: copies share what was learned, which never changes. Threads may share one.
class TextCodec {
 public:
  // From all the texts together: {source, target} makes a joint vocabulary. The same texts make the same codec.
  // Throws Error for texts without a word, and for a size that has no room for every character that occurs (bpe) or
  // for one word.
  static TextCodec learn(const std::vector<std::span<const std::string>>& texts, const CodecOptions& options = {});

  // From serialized(). Throws Error if the bytes are anything else, by a checksum.
  explicit TextCodec(std::string_view serialized);
  std::string serialized() const;

  CodecOptions::Kind kind() const { return kind_; }
  bool lower_case() const { return lower_case_; }
  std::size_t size() const;  // V
  bool operator==(const TextCodec& other) const;

  // Without begin and end; maybe none. What is not UTF-8 reads as an unknown word, or as a space (bpe).
  std::vector<Index> encode(std::string_view text) const;
  // Padding, begin and end are left out; unknown reads as U+2047, two question marks in one. Throws Error for an index
  // that is none of 0 ... V - 1.
  std::string decode(const std::vector<Index>& indices) const;
  std::string piece(Index index) const;  // as it stands in the vocabulary: "<s>" for begin; throws as decode does

 private:
  TextCodec(CodecOptions::Kind kind, bool lower_case, std::shared_ptr<const CodecEngine> engine);
  void check(Index index) const;

  CodecOptions::Kind kind_ = CodecOptions::bpe;
  bool lower_case_ = false;
  std::shared_ptr<const CodecEngine> engine_;
};

}  // namespace rw::inline REWIND_ABI::datasets
