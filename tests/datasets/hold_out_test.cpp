#include "datasets/hold_out.hpp"

#include <cmath>
#include <set>
#include <utility>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Numbers = std::vector<std::size_t>;

namespace {

LabelledTexts numbered(std::size_t n) {
  LabelledTexts texts{{"x"}, {}};
  for (std::size_t i = 0; i < n; ++i) texts.examples.push_back({std::to_string(i), 0});
  return texts;
}

// Document d has 1 + d % 3 sentences of one token, its number.
TaggedCorpus corpus(std::size_t documents) {
  TaggedCorpus made;
  for (std::size_t d = 0; d < documents; ++d) {
    made.documents.push_back(made.sentences.size());
    for (std::size_t i = 0; i <= d % 3; ++i) made.sentences.push_back({{std::to_string(d)}, {"O"}});
  }
  return made;
}

// Where documents begin, by the tokens that corpus() gives them.
Numbers beginnings(const TaggedCorpus& part) {
  Numbers found;
  for (std::size_t i = 0; i < part.sentences.size(); ++i)
    if (i == 0 || part.sentences[i].tokens != part.sentences[i - 1].tokens) found.push_back(i);
  return found;
}

}  // namespace

TEST_CASE("a share of texts is held out: random, by the generator alone, nothing lost, nothing twice") {
  LabelledTexts rest = numbered(100), again = rest, other = rest;
  Rng rng(1), same(1), another(2);
  const LabelledTexts held = hold_out(rest, 0.2, rng);
  CHECK(held.examples.size() == 20);
  CHECK(rest.examples.size() == 80);
  std::set<std::string> all;
  for (const LabelledTexts* part : {&held, &std::as_const(rest)})
    for (const LabelledText& example : part->examples) all.insert(example.text);
  CHECK(all.size() == 100);
  const auto texts_of = [](const LabelledTexts& texts) {
    std::vector<std::string> names;
    for (const LabelledText& example : texts.examples) names.push_back(example.text);
    return names;
  };
  CHECK(texts_of(hold_out(again, 0.2, same)) == texts_of(held));
  CHECK(texts_of(hold_out(other, 0.2, another)) != texts_of(held));
}

TEST_CASE("a share of sentence pairs is held out: pairs stay together, in their order") {
  ParallelText pairs;
  for (std::size_t i = 0; i < 50; ++i) {
    pairs.source.push_back(std::to_string(i)), pairs.target.push_back("to " + std::to_string(i));
    pairs.lines.push_back(i);
  }
  Rng rng(1);
  const ParallelText held = hold_out(pairs, 0.1, rng);
  CHECK((held.size() == 5 && pairs.size() == 45));
  std::set<std::string> all;
  for (const ParallelText* part : {&held, &std::as_const(pairs)}) {
    for (std::size_t i = 0; i < part->size(); ++i) CHECK(part->target[i] == "to " + part->source[i]);
    for (std::size_t i = 0; i < part->size(); ++i) CHECK(std::to_string(part->lines[i]) == part->source[i]);
    for (std::size_t i = 1; i < part->size(); ++i) CHECK(std::stoi(part->source[i]) > std::stoi(part->source[i - 1]));
    all.insert(part->source.begin(), part->source.end());
  }
  CHECK(all.size() == 50);
  ParallelText one{{"a"}, {"b"}};
  CHECK_THROWS_WITH(hold_out(one, 0.5, rng), Catch::Contains("give more pairs"));
  CHECK(one.size() == 1);
}

TEST_CASE("a share of sentences is held out: whole documents, or sentences where there are few") {
  TaggedCorpus many = corpus(60), few = corpus(6);
  Rng rng(3);
  const TaggedCorpus of_many = hold_out(many, 0.1, rng), of_few = hold_out(few, 0.25, rng);
  CHECK(of_many.documents.size() == 6);
  CHECK(many.documents.size() == 54);
  std::set<std::string> held, kept;
  for (const TaggedSentence& sentence : of_many.sentences) held.insert(sentence.tokens[0]);
  for (const TaggedSentence& sentence : many.sentences) kept.insert(sentence.tokens[0]);
  CHECK(held.size() == 6);
  CHECK(kept.size() == 54);
  CHECK(of_many.sentences.size() + many.sentences.size() == 120);
  CHECK(of_few.sentences.size() == 3);
  CHECK(few.sentences.size() == 9);
}

TEST_CASE("sentences that are held out leave the documents' beginnings right") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TaggedCorpus kept = corpus(seed % 2 == 0 ? 6 : 30);
    Rng rng(seed);
    const TaggedCorpus held = hold_out(kept, 0.4, rng);
    CHECK(held.documents == beginnings(held));
    CHECK(kept.documents == beginnings(kept));
  }
}

TEST_CASE("at least one example is held out") {
  Rng rng(1);
  LabelledTexts texts = numbered(2);
  TaggedCorpus sentences = corpus(2);
  CHECK(hold_out(texts, 0.001, rng).examples.size() == 1);
  CHECK(hold_out(sentences, 0.001, rng).sentences.size() == 1);
  CHECK(texts.examples.size() == 1);
  CHECK(sentences.sentences.size() == 2);
}

TEST_CASE("a corpus that marks no documents is one") {
  TaggedCorpus kept{corpus(6).sentences, {}};
  Rng rng(1);
  const TaggedCorpus held = hold_out(kept, 0.5, rng);
  CHECK(held.sentences.size() == 6);
  CHECK(held.documents == Numbers{0});
  CHECK(kept.documents == Numbers{0});
}

TEST_CASE("a share that cannot be held out changes nothing") {
  Rng rng(4), untouched(4);
  LabelledTexts one = numbered(1);
  TaggedCorpus three = corpus(2), many = corpus(20);
  const std::string advice = ", or hold out fewer";
  CHECK(message_of([&] { hold_out(one, 0.5, rng); }) ==
        "[hold_out] a share of 0.5 of 1 leaves nothing; give more texts" + advice);
  CHECK(message_of([&] { hold_out(three, 0.9, rng); }) ==
        "[hold_out] a share of 0.9 of 3 leaves nothing; give more sentences" + advice);
  CHECK(message_of([&] { hold_out(many, 0.98, rng); }) ==
        "[hold_out] a share of 0.98 of 20 leaves nothing; give more documents" + advice);
  for (const double share : {0., 1., -1., std::nan("")})
    CHECK_THAT(message_of([&] { hold_out(three, share, rng); }),
               Catch::StartsWith("[hold_out] share ") && Catch::EndsWith(": expected more than 0 and less than 1"));
  CHECK(one.examples.size() == 1);
  CHECK(three.sentences.size() == 3);
  CHECK(three.documents == Numbers{0, 1});
  CHECK(rng.bits() == untouched.bits());
}
