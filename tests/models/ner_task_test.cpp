#include "models/ner_task.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::models;
using datasets::TaggedSentence;
using Strings = std::vector<std::string>;

TEST_CASE("which tags may stand where in BIOES") {
  const datasets::TagSet tags = datasets::TagSet::of({{{"a", "b"}, {"B-X", "B-Y"}}});
  REQUIRE(tags.names() == Strings{"O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"});
  const nn::AllowedTags allowed = allowed_tags(tags);
  const char* const rows[] = {"110011001",   // after O
                              "001100000",   // B-X
                              "001100000",   // I-X
                              "110011001",   // E-X
                              "110011001",   // S-X
                              "000000110",   // B-Y
                              "000000110",   // I-Y
                              "110011001",   // E-Y
                              "110011001"};  // S-Y
  const char *const start = "110011001", *const end = "100110011";
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(allowed.start.data()[i] == Scalar(start[i] - '0'));
    CHECK(allowed.end.data()[i] == Scalar(end[i] - '0'));
    for (std::size_t j = 0; j < 9; ++j) CHECK(allowed.transitions(i, j) == Scalar(rows[i][j] - '0'));
  }
}

TEST_CASE("parts of speech may stand anywhere") {
  const nn::AllowedTags allowed = allowed_tags(datasets::TagSet::of({{{"a", "b"}, {"BE", "IE"}}}));
  for (const Array& all : {allowed.transitions, allowed.start, allowed.end})
    for (const Scalar a : all) CHECK(a == 1);
}

TEST_CASE("spans are scored as conlleval scores them, in every scheme of the files") {
  const auto score = [](const Strings& gold, const Strings& found) {
    const std::vector<TaggedSentence> corpus{{Strings(gold.size(), "word"), gold}};
    return score_tags(datasets::TagSet::of(corpus), corpus, {found});
  };
  for (const auto& [gold, found] : {std::pair<Strings, Strings>{{"I-X", "B-X", "O"}, {"I-X", "B-X", "I-Y"}},
                                    {{"B-X", "B-X", "O"}, {"B-X", "B-X", "B-Y"}},
                                    {{"S-X", "S-X", "O"}, {"S-X", "S-X", "S-Y"}}}) {
    const TaggingScore s = score(gold, found);
    CHECK(s.of_spans);
    CHECK(s.score.all.gold == 2);
    CHECK(s.score.all.correct == 2);
    CHECK(s.goal() == Approx(0.8));
  }
}

TEST_CASE("gold tags and the model's may be written in different schemes") {
  const Strings iob1{"I-X", "B-X", "I-X", "O", "I-Y"}, iob2{"B-X", "B-X", "I-X", "O", "B-Y"},
      bioes{"S-X", "B-X", "E-X", "O", "S-Y"}, wrong{"S-X", "B-X", "E-X", "O", "O"};
  const Strings words(5, "word");
  for (const Strings& gold : {iob1, iob2, bioes})
    for (const Strings& trained : {iob1, iob2, bioes}) {
      const datasets::TagSet tags = datasets::TagSet::of({{words, trained}});
      const TaggingScore s = score_tags(tags, {{words, gold}, {words, gold}},
                                        {trained, datasets::convert_tags(wrong, tags.scheme().value())});
      CHECK(s.score.all.gold == 6);
      CHECK(s.score.all.found == 5);
      CHECK(s.score.all.correct == 5);
      CHECK(s.score.correct_tags == 9);
    }
}

TEST_CASE("other tags have an accuracy") {
  const std::vector<TaggedSentence> corpus{{{"a", "b"}, {"DET", "NOUN"}}, {{"c", "d"}, {"VERB", "X"}}};
  const TaggingScore s = score_tags(datasets::TagSet::of(corpus), corpus, {{"DET", "VERB"}, {"VERB", "DET"}});
  CHECK_FALSE(s.of_spans);
  CHECK(s.goal() == 0.5);
  CHECK(s.score.tokens == 4);
}

TEST_CASE("a span of a type unseen in training is missed, another kind of tag is refused") {
  const datasets::TagSet tags = datasets::TagSet::of({{{"a"}, {"B-X"}}});
  const TaggingScore s = score_tags(tags, {{{"a", "b"}, {"B-X", "B-NEW"}}}, {{"B-X", "O"}});
  CHECK(s.score.all.recall() == 50);
  CHECK(s.score.all.precision() == 100);
  CHECK_THAT(message_of([&] {
               score_tags(tags, {{{"a"}, {"NOUN"}}}, {{"O"}});
             }),
             Catch::Contains("sentence 1, token 1") && Catch::Contains("got 'NOUN'"));
}
