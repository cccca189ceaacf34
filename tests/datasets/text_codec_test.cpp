#include "datasets/text_codec.hpp"

#include <algorithm>
#include <set>
#include <thread>

#include "datasets/pair_batch.hpp"
#include "datasets/tokenizer.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Texts = std::vector<std::string>;
using Indices = std::vector<Index>;

namespace {

const Texts german{"Ein Hund läuft über die Straße.", "Zwei Männer stehen auf der Straße.", "Der Hund schläft."};
const Texts english{"A dog runs across the street.", "Two men stand on the street.", "The dog sleeps."};

CodecOptions options(CodecOptions::Kind kind, std::size_t size, bool lower_case = false) {
  return {kind, size, lower_case, 1};
}
const auto kinds = {CodecOptions::bpe, CodecOptions::words};

}  // namespace

TEST_CASE("the first four indices are no text, in either kind") {
  for (const auto kind : kinds) {
    const TextCodec codec = TextCodec::learn({german}, options(kind, 60));
    const Indices specials{special::padding, special::unknown, special::begin, special::end};
    Texts names;
    for (const Index index : specials) names.push_back(codec.piece(index));
    CHECK(specials == Indices{0, 1, 2, 3});
    CHECK(names == Texts{"<pad>", "<unk>", "<s>", "</s>"});
    const Indices text = codec.encode("Ein Hund");
    Indices marked{special::begin};
    marked.insert(marked.end(), text.begin(), text.end());
    for (const Index index : {special::end, special::padding, special::padding}) marked.push_back(index);
    CHECK(codec.decode(marked) == "Ein Hund");
    CHECK(codec.decode({}).empty());
    CHECK(codec.encode(" \t").empty());
    for (const char* mark : {"<s>", "</s>", "<pad>", "<unk>"})  // a text's own are cut, or unknown
      for (const Index index : codec.encode(mark)) CHECK((index == special::unknown || index > special::end));
  }
}

TEST_CASE("byte pairs: the text comes back, whatever its words") {
  const TextCodec codec = TextCodec::learn({german, english}, options(CodecOptions::bpe, 100));
  CHECK(codec.size() == 100);
  for (const Texts& texts : {german, english})
    for (const std::string& text : texts) CHECK(codec.decode(codec.encode(text)) == text);
  CHECK(codec.decode(codec.encode("Zwei Hunde schlafen auf the streets.")) == "Zwei Hunde schlafen auf the streets.");
  CHECK(codec.decode(codec.encode("  Der \t Hund  ")) == "Der Hund");             // spaces are single
  CHECK(codec.decode(codec.encode("la\xCC\x88uft\xC2\xA0ﬂuß")) == "läuft fluß");  // NFKC: one ä; f and l
  CHECK(codec.decode(codec.encode("Der Hund 日本")) == "Der Hund ⁇");
}

TEST_CASE("byte pairs: the most frequent pair first, counted by hand") {
  // In a word xy occurs four times, yx three times; then xy beside xy three times, and behind the word's mark once.
  // There is room for two pairs, and for the three characters, the frequent ones first.
  const Texts texts{"xyxyxyxy xyxyxyxy"};
  const TextCodec codec = TextCodec::learn({texts}, options(CodecOptions::bpe, 9));
  Texts pieces;
  for (Index i = 4; i < static_cast<Index>(codec.size()); ++i) pieces.push_back(codec.piece(i));
  CHECK(pieces == Texts{"xy", "xyxy", "x", "y", "\u2581"});
}

TEST_CASE("words: tokens, joined by spaces") {
  const TextCodec codec = TextCodec::learn({english}, options(CodecOptions::words, 100, true));
  CHECK(codec.encode("The dog.") == Indices{5, 6, 4});  // ".", "the", "dog": three times each but "dog"
  CHECK(codec.decode(codec.encode("The dog RUNS.")) == "the dog runs .");
  CHECK(codec.decode(codec.encode("A cat sleeps")) == "a ⁇ sleeps");
}

TEST_CASE("lower case is Unicode's") {
  for (const auto kind : kinds) {
    const Texts texts{"ÄÖÜ ẞ straße ΟΔΟΣ"};
    const TextCodec codec = TextCodec::learn({texts}, options(kind, 100, true));
    CHECK(codec.lower_case());
    CHECK(codec.decode(codec.encode("ÄÖÜ ẞ STRAßE ΟΔΟΣ")) == "äöü ß straße οδος");
    const TextCodec cased = TextCodec::learn({texts}, options(kind, 100));
    CHECK_FALSE(cased.lower_case());
    CHECK(cased.decode(cased.encode("ÄÖÜ ẞ straße")) == "ÄÖÜ ẞ straße");
  }
}

TEST_CASE("a joint vocabulary has the pieces of both sides, a separate one those of its own") {
  for (const auto kind : kinds) {
    const TextCodec joint = TextCodec::learn({german, english}, options(kind, 90));
    const TextCodec own = TextCodec::learn({german}, options(kind, 90));
    const auto unknowns = [](const Indices& x) { return std::count(x.begin(), x.end(), special::unknown); };
    CHECK(unknowns(joint.encode("A dog läuft")) == 0);
    CHECK(unknowns(own.encode("läuft")) == 0);
    CHECK(unknowns(own.encode("A dog")) > 0);
  }
}

TEST_CASE("the same texts make the same codec, and another text another") {
  for (const auto kind : kinds) {
    const TextCodec a = TextCodec::learn({german, english}, options(kind, 80));
    CHECK(a == TextCodec::learn({german, english}, options(kind, 80)));
    CHECK(a.serialized() == TextCodec::learn({german, english}, options(kind, 80)).serialized());
    CHECK(a != TextCodec::learn({german}, options(kind, 80)));
    CHECK(a != TextCodec::learn({german, english}, options(kind, 80, true)));
  }
}

TEST_CASE("a codec that was saved is the one that was learned") {
  for (const auto kind : kinds)
    for (const bool lower_case : {false, true}) {
      const TextCodec codec = TextCodec::learn({german, english}, options(kind, 80, lower_case));
      const TextCodec loaded(codec.serialized());
      CHECK(loaded == codec);
      CHECK(loaded.kind() == kind);
      CHECK(loaded.lower_case() == lower_case);
      CHECK(loaded.size() == codec.size());
      for (Index i = 0; i < static_cast<Index>(codec.size()); ++i) CHECK(loaded.piece(i) == codec.piece(i));
      for (const std::string& text : german) CHECK(loaded.encode(text) == codec.encode(text));
      const TextCodec copy = loaded;
      CHECK(copy == codec);
    }
}

TEST_CASE("bytes that are damaged, wherever, or no codec's") {
  const std::string refused = "[text_codec] bytes: they are damaged, or no text codec's; give those that were saved";
  const auto refuses = [&](const std::string& bytes) { return message_of([&] { TextCodec codec(bytes); }) == refused; };
  CHECK(refuses(""));
  CHECK(refuses("\n"));
  CHECK(refuses("words"));
  Rng rng(1);
  for (const auto kind : kinds) {
    const std::string bytes = TextCodec::learn({german}, options(kind, 60)).serialized();
    for (std::size_t kept : {std::size_t{1}, bytes.size() / 2, bytes.size() - 1}) CHECK(refuses(bytes.substr(0, kept)));
    CHECK(refuses(bytes + "x"));
    CHECK(refuses(bytes.substr(1)));
    for (int i = 0; i < 200; ++i) {
      std::string other = bytes;
      other[rng.below(i % 2 == 0 ? other.size() : 60)] ^= static_cast<char>(1 << rng.below(8));
      CHECK(refuses(other));
    }
  }
}

TEST_CASE("a size that the texts do not fill, and one that has no room") {
  const TextCodec all = TextCodec::learn({german}, options(CodecOptions::bpe, 1'000'000'000'000));
  CHECK(all.size() > 60);
  CHECK(all.size() < 160);
  CHECK(TextCodec::learn({german}, options(CodecOptions::words, 1'000'000)).size() == 4 + 14);
  const Texts few{"ab ba"};  // a, b, and the mark before a word
  CHECK(TextCodec::learn({few}, options(CodecOptions::bpe, 7)).size() == 7);
  for (const std::size_t size : {0, 4, 6})
    CHECK(message_of([&] { TextCodec::learn({few}, options(CodecOptions::bpe, size)); }) ==
          "[text_codec] size: " + std::to_string(size) +
              ", but the texts have 3 characters, and 4 indices are no text; give at least 7");
  CHECK(message_of([&] { TextCodec::learn({few}, options(CodecOptions::words, 4)); }) ==
        "[text_codec] size: 4, but 4 indices are no words; give at least 5");
  CHECK(TextCodec::learn({few}, options(CodecOptions::words, 5)).encode("ab ba") == Indices{4, 1});
}

TEST_CASE("texts without a word") {
  const Texts none, blank{"", " \t "};
  for (const Texts& texts : {none, blank}) {
    CHECK(message_of([&] { TextCodec::learn({texts}, options(CodecOptions::bpe, 100)); }) ==
          "[text_codec] texts: there is no word in them; give text to learn from");
    CHECK(message_of([&] { TextCodec::learn({texts}, options(CodecOptions::words, 100)); }) ==
          "[vocabulary] none of 0 words occurs 1 times or more; give more text or a smaller minimum count");
  }
}

TEST_CASE("texts of any length are learned from, spaces or none") {
  std::string words, word;
  for (int i = 0; i < 20'000; ++i) words += "ab cd ", word += "äöü";
  const Texts texts{words, word};
  const TextCodec codec = TextCodec::learn({texts}, options(CodecOptions::bpe, 40));
  for (const char* text : {"ab cd ab", "äöüäöü"}) CHECK(codec.decode(codec.encode(text)) == text);
  CHECK(codec.encode("ab cd ab").size() == 3);
  CHECK(codec.decode(codec.encode(word)) == word);
}

TEST_CASE("what is no UTF-8 is no word, and an index that is none is refused") {
  for (const auto kind : kinds) {
    const TextCodec codec = TextCodec::learn({german}, options(kind, 60));
    const std::string bad = codec.decode(codec.encode("Hund \xFF Hund"));
    CHECK(bad == (kind == CodecOptions::bpe ? "Hund Hund" : "Hund ⁇ Hund"));
    const std::string last = std::to_string(codec.size() - 1);
    for (const Index wrong : {-1, static_cast<Index>(codec.size()), -100}) {
      const std::string refused = "[text_codec] index: expected 0 to " + last + ", got " + std::to_string(wrong);
      CHECK(message_of([&] { codec.decode({4, wrong}); }) == refused);
      CHECK(message_of([&] { codec.piece(wrong); }) == refused);
    }
  }
}

TEST_CASE("threads may share a codec") {
  for (const auto kind : kinds) {
    const TextCodec codec = TextCodec::learn({german, english}, options(kind, 80));
    std::vector<Indices> results(4);
    {
      std::vector<std::jthread> threads;
      for (Indices& result : results)
        threads.emplace_back([&, copy = codec] {
          for (int i = 0; i < 200; ++i) result = copy.encode(german[0]);
        });
    }
    for (const Indices& result : results) CHECK(result == codec.encode(german[0]));
  }
}

TEST_CASE("Multi30k in 8,000 pieces, German and English together") {
  const std::string folder = data_folder() + "/multi30k/";
  if (!std::filesystem::exists(folder + "train.de.gz")) {
    WARN("REWIND_DATA has no multi30k/train.de.gz: skipped");
    return;
  }
  const auto read = [&](const std::string& part) {
    return read_parallel(folder + part + ".de.gz", folder + part + ".en.gz");
  };
  const ParallelText train = read("train"), test = read("test_2016_flickr");
  const TextCodec codec = TextCodec::learn({train.source, train.target}, options(CodecOptions::bpe, 8000, true));
  CHECK(codec.size() == 8000);
  std::size_t changed = 0;
  const auto without_spaces = [](std::string text) {
    std::erase(text, ' ');
    return text;
  };
  for (const Texts& side : {train.source, train.target, test.source, test.target}) {
    std::size_t tokens = 0;
    for (const std::string& text : side) {
      const Indices indices = codec.encode(text);
      const std::string back = codec.decode(indices);
      if (without_spaces(back) != without_spaces(normalised(text, {true, false}))) ++changed;  // by NFKC
      if (back.find("  ") != back.npos || std::count(indices.begin(), indices.end(), special::unknown) > 0) FAIL(text);
      tokens += indices.size();
    }
    const double mean = static_cast<double>(tokens) / static_cast<double>(side.size());
    CHECK((mean > 13 && mean < 16));
  }
  CHECK(changed < 60);
}
