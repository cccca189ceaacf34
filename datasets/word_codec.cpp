// TextCodec's words.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mutex>
#include <utility>

#include "datasets/codec_engine.hpp"
#include "datasets/tokenizer.hpp"
#include "datasets/word_vocabulary.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr TokenizerOptions as_it_is{.lower_case = false, .fold_digits = false};
constexpr std::size_t special_count = 4;

class WordEngine : public CodecEngine {
 public:
  explicit WordEngine(WordVocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {}

  std::size_t size() const override { return vocabulary_.size(); }
  std::vector<Index> encode(std::string_view text) const override {
    const std::lock_guard lock(mutex_);
    return vocabulary_.encode(tokenizer_(text));
  }
  std::string decode(const std::vector<Index>& indices) const override {
    std::vector<std::string> words;
    for (const Index index : indices) words.push_back(index == special::unknown ? unknown_mark : piece(index));
    return fmt::format("{}", fmt::join(words, " "));
  }
  std::string piece(Index index) const override { return vocabulary_.decode(index); }
  std::string bytes() const override { return fmt::format("{}", fmt::join(vocabulary_.words(), "\n")); }

 private:
  WordVocabulary vocabulary_;
  mutable std::mutex mutex_;  // of tokenizer_
  mutable Tokenizer tokenizer_{as_it_is};
};

}  // namespace

std::shared_ptr<const CodecEngine> learn_words(const Texts& texts, std::size_t size, std::size_t minimum_count) {
  if (size <= special_count)
    fail("text_codec", fmt::format("size: {}, but {} indices are no words; give at least {}", size, special_count,
                                   special_count + 1));
  Tokenizer tokenizer(as_it_is);
  WordCounts counts;
  for (const std::string& text : texts)
    for (std::string& word : tokenizer(text)) ++counts[std::move(word)];
  std::vector<std::string> words{"<s>", "</s>"};  // of begin and end; the tokenizer cuts these, so no text has them
  const WordVocabulary learned = WordVocabulary::of_counts(counts, {minimum_count, size - special_count});
  words.insert(words.end(), learned.words().begin(), learned.words().end());
  return std::make_shared<WordEngine>(WordVocabulary(std::move(words)));
}

std::shared_ptr<const CodecEngine> words_of(std::string_view bytes) {
  std::vector<std::string> words;
  for (std::size_t end; (end = bytes.find('\n')) != bytes.npos; bytes.remove_prefix(end + 1))
    words.emplace_back(bytes.substr(0, end));
  words.emplace_back(bytes);
  return std::make_shared<WordEngine>(WordVocabulary(std::move(words)));
}

}  // namespace rw::inline REWIND_ABI::datasets
