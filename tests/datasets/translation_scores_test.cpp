#include "datasets/bleu.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "datasets/chrf.hpp"
#include "tests/support.hpp"

using namespace rw::datasets;
using nlohmann::json;
using Strings = std::vector<std::string>;

namespace {

Approx same(double value) { return Approx(value).epsilon(0).margin(1e-9); }

void check_scores(const json& golden, const Strings& hypotheses, const Strings& references, bool lower_case) {
  const Bleu bleu = corpus_bleu(hypotheses, references, {.lower_case = lower_case});
  CHECK(bleu.score == same(golden["bleu"]));
  for (std::size_t n = 0; n < 4; ++n) CHECK(bleu.precisions[n] == same(golden["precisions"][n]));
  CHECK(bleu.brevity_penalty == same(golden["brevity_penalty"]));
  CHECK(bleu.hypothesis_tokens == golden["hypothesis_tokens"]);
  CHECK(bleu.reference_tokens == golden["reference_tokens"]);
  CHECK(corpus_chrf(hypotheses, references, {.lower_case = lower_case}) == same(golden["chrf"]));
  CHECK(corpus_chrf(hypotheses, references, {.word_order = 2, .lower_case = lower_case}) == same(golden["chrf++"]));
  CHECK(signature(BleuOptions{lower_case}) == golden["signatures"]["bleu"]);
  CHECK(signature(ChrfOptions{0, lower_case}) == golden["signatures"]["chrf"]);
  CHECK(signature(ChrfOptions{2, lower_case}) == golden["signatures"]["chrf++"]);
}

}  // namespace

TEST_CASE("BLEU, chrF and chrF++ are sacreBLEU's") {
  const json cases = json::parse(content(REWIND_SOURCE_DIR "/tests/golden/translation_scores.json"));
  REQUIRE(cases.size() > 20);
  for (const json& golden : cases) {
    INFO(golden["name"]);
    const Strings hypotheses = golden["hypotheses"], references = golden["references"];
    for (std::size_t i = 0; i < hypotheses.size(); ++i)
      CHECK(tokens_13a(hypotheses[i]) == golden["tokens"][i].get<Strings>());
    check_scores(golden["mixed"], hypotheses, references, false);
    check_scores(golden["lc"], hypotheses, references, true);
  }
}

TEST_CASE("BLEU by hand: three of four words, no 3-gram, half the length") {
  const Bleu bleu = corpus_bleu({"a b x c"}, {"a b c d e f g h"});
  CHECK(bleu.precisions[0] == same(75));
  CHECK(bleu.precisions[1] == same(100. / 3));
  CHECK(bleu.precisions[2] == same(100. / 2 / 2));
  CHECK(bleu.precisions[3] == same(100. / 4));
  CHECK(bleu.brevity_penalty == same(std::exp(-1)));
  CHECK(bleu.score == same(std::exp(-1) * std::pow(75. * 100 / 3 * 25 * 25, 0.25)));
}

TEST_CASE("chrF by hand: recall counts four times") {
  // Of 1-grams 2 of 2 and of 4; of 2-grams 1 of 1 and of 3. The hypothesis has no 3-gram.
  const double P = 1, R = (2. / 4 + 1. / 3) / 2;
  CHECK(corpus_chrf({"a b"}, {"abcd"}) == same(100 * 5 * P * R / (4 * P + R)));
}

TEST_CASE("what is not UTF-8 is scored as U+FFFD") {
  CHECK(corpus_bleu({"a b \xFF c"}, {"a b \xEF\xBF\xBD c"}).score == same(100));
  CHECK(corpus_chrf({"a\xE2\x82"}, {"a\xEF\xBF\xBD"}) == same(100));
}

TEST_CASE("sentences that do not pair up are not scored") {
  CHECK_THROWS_WITH(corpus_bleu({"a", "b"}, {"a"}), "[bleu] references: expected 2, one for each hypothesis, got 1");
  CHECK_THROWS_WITH(corpus_bleu({}, {"a"}), "[bleu] references: expected 0, one for each hypothesis, got 1");
  CHECK_THROWS_WITH(corpus_bleu({}, {}), "[bleu] there is no sentence to score; give at least one");
  CHECK_THROWS_WITH(corpus_chrf({"a", "b"}, {"a"}), "[chrf] references: expected 2, one for each hypothesis, got 1");
  CHECK_THROWS_WITH(corpus_chrf({}, {}), "[chrf] there is no sentence to score; give at least one");
}
