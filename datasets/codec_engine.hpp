// The two kinds of TextCodec behind one face: what each learns from texts and makes of one. Text and texts are UTF-8,
// in lower case already if the codec's are. Threads may share an engine.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/text_codec.hpp"

namespace rw::inline REWIND_ABI::datasets {

class CodecEngine {
 public:
  virtual ~CodecEngine() = default;

  virtual std::size_t size() const = 0;
  virtual std::vector<Index> encode(std::string_view text) const = 0;
  virtual std::string decode(const std::vector<Index>& indices) const = 0;  // of pieces and `unknown`
  virtual std::string piece(Index index) const = 0;
  virtual std::string bytes() const = 0;  // for a constructor from them
};

using Texts = std::vector<std::string>;

constexpr const char* unknown_mark = "\u2047";  // what decode() writes for `unknown`

std::shared_ptr<const CodecEngine> learn_bpe(const Texts& texts, std::size_t size);
std::shared_ptr<const CodecEngine> bpe_of(std::string bytes);

std::shared_ptr<const CodecEngine> learn_words(const Texts& texts, std::size_t size, std::size_t minimum_count);
std::shared_ptr<const CodecEngine> words_of(std::string_view bytes);

}  // namespace rw::inline REWIND_ABI::datasets
