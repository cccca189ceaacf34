// TextCodec's byte-pair encoding, by sentencepiece.
#include <fmt/format.h>
#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "datasets/codec_engine.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

namespace spm = sentencepiece;

constexpr std::size_t special_count = 4, most_pieces = 1 << 20;

// The trainer numbers the characters of a word in 15 bits, and NFKC makes up to 6 of a byte. So longer texts are cut,
// at a space: pieces do not reach across one. What has none is cut between two characters.
constexpr std::size_t sentence_bytes = 4096;

std::vector<std::string> sentences_of(const Texts& texts) {
  std::vector<std::string> sentences;
  for (std::string_view text : texts) {
    while (text.size() > sentence_bytes) {
      std::size_t cut = text.rfind(' ', sentence_bytes);
      if (cut == 0 || cut == text.npos)
        for (cut = sentence_bytes; (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80;) --cut;
      sentences.emplace_back(text.substr(0, cut));
      text.remove_prefix(cut);
    }
    sentences.emplace_back(text);
  }
  return sentences;
}

class Sentences : public spm::SentenceIterator {
 public:
  explicit Sentences(const std::vector<std::string>& all) : all_(all) {}

  bool done() const override { return at_ == all_.size(); }
  void Next() override { ++at_; }
  const std::string& value() const override { return all_[at_]; }
  spm::util::Status status() const override { return {}; }

 private:
  const std::vector<std::string>& all_;
  std::size_t at_ = 0;
};

class BpeEngine : public CodecEngine {
 public:
  explicit BpeEngine(std::string model) : model_(std::move(model)) {
    if (const auto status = processor_.LoadFromSerializedProto(model_); !status.ok())
      fail("text_codec",
           fmt::format("bytes: sentencepiece cannot read them: {}; learn the codec anew", status.message()));
  }

  std::size_t size() const override { return static_cast<std::size_t>(processor_.GetPieceSize()); }
  std::vector<Index> encode(std::string_view text) const override {
    std::vector<Index> pieces;
    check(processor_.Encode(text, &pieces));
    return pieces;
  }
  std::string decode(const std::vector<Index>& indices) const override {
    std::string text;
    check(processor_.Decode(indices, &text));
    return text;
  }
  std::string piece(Index index) const override { return processor_.IdToPiece(index); }
  std::string bytes() const override { return model_; }

 private:
  static void check(const spm::util::Status& status) {
    if (!status.ok()) fail("text_codec", fmt::format("sentencepiece: {}", status.message()));
  }

  std::string model_;
  spm::SentencePieceProcessor processor_;
};

// A model of at most `size` pieces, or none. `type`: "bpe", or "char" for the characters alone.
std::string train(const char* type, const std::vector<std::string>& sentences, std::size_t size) {
  const std::unordered_map<std::string, std::string> options{
      {"model_type", type},
      {"vocab_size", std::to_string(std::min(size, most_pieces))},
      {"hard_vocab_limit", "false"},
      {"character_coverage", "1"},
      {"max_sentence_length", std::to_string(sentence_bytes)},
      {"pad_id", std::to_string(special::padding)},
      {"unk_id", std::to_string(special::unknown)},
      {"bos_id", std::to_string(special::begin)},
      {"eos_id", std::to_string(special::end)},
      {"unk_surface", unknown_mark},
      {"num_threads", "1"},
      {"minloglevel", "3"}};
  Sentences all(sentences);
  std::string model;
  return spm::SentencePieceTrainer::Train(options, &all, &model).ok() ? model : std::string();
}

}  // namespace

std::shared_ptr<const CodecEngine> learn_bpe(const Texts& texts, std::size_t size) {
  const std::vector<std::string> sentences = sentences_of(texts);
  std::string model = train("bpe", sentences, size);
  const std::string characters = model.empty() ? train("char", sentences, most_pieces) : model;
  const std::size_t known = characters.empty() ? special_count : BpeEngine(characters).size();
  if (known == special_count) fail("text_codec", "texts: there is no word in them; give text to learn from");
  if (model.empty())
    fail("text_codec", fmt::format("size: {}, but the texts have {} characters, and {} indices are no text; give at "
                                   "least {}",
                                   size, known - special_count, special_count, known));
  return std::make_shared<BpeEngine>(std::move(model));
}

std::shared_ptr<const CodecEngine> bpe_of(std::string bytes) { return std::make_shared<BpeEngine>(std::move(bytes)); }

}  // namespace rw::inline REWIND_ABI::datasets
