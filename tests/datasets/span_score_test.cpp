#include "datasets/span_score.hpp"

#include "datasets/conll.hpp"
#include "datasets/spans.hpp"
#include "tests/support.hpp"

using namespace rw::datasets;
using Strings = std::vector<std::string>;

namespace {

// Of the fixtures' tags, maybe converted.
template <class Convert>
SpanScore score(const std::string& name, Convert convert) {
  const std::string path = REWIND_SOURCE_DIR "/tests/fixtures/conlleval/" + name + ".conll";
  const TaggedCorpus gold = read_conll(path, {1, 2}), found = read_conll(path, {1, 3});
  SpanScore all;
  for (std::size_t i = 0; i < gold.sentences.size(); ++i)
    all.add(convert(gold.sentences[i].tags), convert(found.sentences[i].tags));
  return all;
}

SpanScore score(const std::string& name) {
  return score(name, [](const Strings& tags) { return tags; });
}

}  // namespace

TEST_CASE("spans are counted and printed as conlleval does") {
  for (const std::string name : {"iob1", "iob2", "bioes", "broken"}) {
    INFO(name);
    CHECK(conlleval_report(score(name)) == content(REWIND_SOURCE_DIR "/tests/fixtures/conlleval/" + name + ".out"));
  }
}

TEST_CASE("IOB1 and IOB2 score alike, and BIOES once it is converted") {
  const auto converted = [](TagScheme scheme) {
    return [scheme](const Strings& tags) { return convert_tags(tags, scheme); };
  };
  const SpanScore iob1 = score("iob1"), iob2 = score("iob1", converted(TagScheme::iob2));
  CHECK(iob1.all.correct == iob2.all.correct);
  CHECK(iob1.types.at("LOC").found == iob2.types.at("LOC").found);
  CHECK(score("bioes").all.gold < score("bioes", converted(TagScheme::iob2)).all.gold);
}

TEST_CASE("sentences of any two schemes score as their spans do") {
  const auto read = [](int column, TagScheme scheme) {
    auto sentences = read_conll(REWIND_SOURCE_DIR "/tests/fixtures/conlleval/iob2.conll", {1, column}).sentences;
    for (TaggedSentence& sentence : sentences) sentence.tags = convert_tags(sentence.tags, scheme);
    return sentences;
  };
  const SpanScore raw = score("iob2");
  for (const TagScheme gold : {TagScheme::iob1, TagScheme::iob2, TagScheme::bioes})
    for (const TagScheme found : {TagScheme::iob1, TagScheme::iob2, TagScheme::bioes}) {
      SpanScore all;
      all.add_sentences(read(2, gold), read(3, found));
      CHECK(all.all.f1() == raw.all.f1());
      CHECK(all.types.at("LOC").correct == raw.types.at("LOC").correct);
    }
}

TEST_CASE("a span counts if begin, end and type are right") {
  SpanScore score;
  score.add({"B-a", "I-a", "O", "B-b"}, {"B-a", "I-a", "O", "B-b"});
  score.add({"B-a", "I-a", "I-a"}, {"B-a", "I-a", "O"});
  score.add({"O", "B-a", "B-c"}, {"B-a", "I-a", "O"});
  score.add({"B-a"}, {"B-b"});
  CHECK(score.tokens == 11);
  CHECK(score.correct_tags == 6);
  CHECK(score.all.gold == 6);
  CHECK(score.all.found == 5);
  CHECK(score.all.correct == 2);
  CHECK(score.accuracy() == Approx(600 / 11.));
  CHECK(score.all.precision() == 40);
  CHECK(score.all.recall() == Approx(100 / 3.));
  CHECK(score.all.f1() == Approx(400 / 11.));
  CHECK(score.types.at("b").precision() == 50);
  CHECK(score.types.at("b").recall() == 100);
  CHECK(score.types.at("c").f1() == 0);
}

TEST_CASE("a span never crosses the end of a sentence") {
  SpanScore score;
  score.add({"B-a"}, {"B-a"});
  score.add({"I-a"}, {"I-a"});
  score.add({}, {});
  CHECK(score.all.correct == 2);
}

TEST_CASE("where there is nothing to count, scores are 0 and not NaN") {
  const SpanScore none;
  CHECK(none.accuracy() == 0);
  CHECK(none.all.f1() == 0);
  CHECK(conlleval_report(none) == "processed 0 tokens with 0 phrases; found: 0 phrases; correct: 0.\n");
  SpanScore outside;
  outside.add({"O"}, {"O"});
  CHECK(conlleval_report(outside) ==
        "processed 1 tokens with 0 phrases; found: 0 phrases; correct: 0.\n"
        "accuracy: 100.00%; precision:   0.00%; recall:   0.00%; FB1:   0.00\n");
}

TEST_CASE("a type's name is set in bytes, and may be longer than its column") {
  SpanScore score;
  score.add({"B-t\xC3\xA9st", "B-averyveryverylongtypename"}, {"O", "O"});
  CHECK(conlleval_report(score) ==
        "processed 2 tokens with 2 phrases; found: 0 phrases; correct: 0.\n"
        "accuracy:   0.00%; precision:   0.00%; recall:   0.00%; FB1:   0.00\n"
        "averyveryverylongtypename: precision:   0.00%; recall:   0.00%; FB1:   0.00  0\n"
        "            t\xC3\xA9st: precision:   0.00%; recall:   0.00%; FB1:   0.00  0\n");
}

TEST_CASE("tags for another number of tokens are refused, and nothing is counted") {
  SpanScore score;
  CHECK(message_of([&] { score.add({"O", "O"}, {"O"}); }) == "[span_score] expected 2 tags, as many as gold, got 1");
  CHECK_THROWS_AS(score.add({"B-a"}, {"NN"}), rw::Error);
  const std::vector<TaggedSentence> two{{{}, {"B-a"}}, {{}, {"O"}}}, one{two[0]}, other{two[0], {{}, {"O", "O"}}};
  CHECK(message_of([&] { score.add_sentences(two, one); }) ==
        "[span_score] expected 2 sentences, as many as gold, got 1");
  CHECK_THROWS_AS(score.add_sentences(two, other), rw::Error);
  CHECK(score.tokens == 0);
  CHECK(score.all.gold == 0);
}
