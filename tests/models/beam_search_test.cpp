#include "models/beam_search.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "autograd/rng.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::models;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t V = 6;
constexpr Index end = datasets::special::end;

// log p of what follows a history: a sequence of numbers of its own for each.
std::vector<double> follows(std::size_t sentence, const std::vector<Index>& history) {
  std::uint64_t seed = 17 * (sentence + 1);
  for (const Index token : history) seed = seed * 31 + static_cast<std::uint64_t>(token) + 1;
  Rng rng(seed);
  std::vector<double> log_p(V);
  double total = 0;
  for (double& p : log_p) total += p = std::exp(2 * rng.normal());
  for (double& p : log_p) p = static_cast<double>(static_cast<Scalar>(std::log(p / total)));
  return log_p;
}

class Toy : public StepDecoder {
 public:
  std::vector<std::pair<std::size_t, std::vector<Index>>> rows;  // of each: its sentence and history
  std::size_t most = 0;
  std::function<double(std::size_t, const std::vector<Index>&, std::size_t)> log_p =
      [](std::size_t sentence, const std::vector<Index>& history, std::size_t v) {
        return follows(sentence, history)[v];
      };

  explicit Toy(std::size_t B) {
    for (std::size_t b = 0; b < B; ++b) rows.push_back({b, {}});
  }
  Tensor step(const IndexArray& tokens) override {
    REQUIRE(tokens.shape() == Shape{rows.size()});
    most = std::max(most, rows.size());
    Array all(Shape{rows.size(), V});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].second.push_back(tokens(i));
      for (std::size_t v = 0; v < V; ++v) all(i, v) = static_cast<Scalar>(log_p(rows[i].first, rows[i].second, v));
    }
    return all;
  }
  void select(const IndexArray& chosen) override {
    auto before = rows;
    rows.clear();
    for (const Index row : chosen) rows.push_back(before.at(static_cast<std::size_t>(row)));
  }
};

struct Found {
  std::vector<Index> tokens;
  double log_p, score;
};

// Every sequence that ends within `longest` steps.
void all_of(std::size_t sentence, std::size_t longest, double a, std::vector<Index> history, double sum,
            std::vector<Found>& found) {
  const std::vector<double> log_p = follows(sentence, history);
  for (const Index v : {1, 3, 4, 5}) {
    const double next = sum + log_p[static_cast<std::size_t>(v)];
    if (v == end) {
      found.push_back({{history.begin() + 1, history.end()}, next, next / std::pow(history.size(), a)});
    } else if (history.size() < longest) {
      std::vector<Index> longer = history;
      longer.push_back(v);
      all_of(sentence, longest, a, longer, next, found);
    }
  }
}

// The search for one sentence, written plainly.
std::vector<Index> plain(std::size_t sentence, const BeamOptions& options) {
  const auto worse = [](const Found& a, const Found& b) { return a.score < b.score; };
  std::vector<Found> living{{{options.begin}, 0, 0}}, ended;
  const auto goes_on = [&] {  // `beam` have not ended yet, or one that lives is ahead of them
    return ended.size() < options.beam || worse(*std::max_element(ended.begin(), ended.end(), worse), living[0]);
  };
  for (std::size_t t = 1; t <= options.longest && !living.empty() && goes_on(); ++t) {
    std::vector<Found> all;
    for (const Found& hypothesis : living)
      for (const Index v : {1, 3, 4, 5}) {
        Found next = hypothesis;
        next.log_p += follows(sentence, hypothesis.tokens)[static_cast<std::size_t>(v)];
        next.score = next.log_p / std::pow(t, options.length_penalty);
        next.tokens.push_back(v);
        all.push_back(next);
      }
    std::stable_sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return a.log_p > b.log_p; });
    all.resize(std::min(all.size(), options.beam));
    living.clear();
    for (const Found& next : all) (next.tokens.back() == end ? ended : living).push_back(next);
  }
  const bool none = ended.empty();
  const auto& from = none ? living : ended;
  const auto best = std::max_element(from.begin(), from.end(), worse);
  return {best->tokens.begin() + 1, best->tokens.end() - (none ? 0 : 1)};
}

}  // namespace

TEST_CASE("a beam as wide as everything finds the best of all sequences") {
  for (const double a : {0., 0.6, 1., 2.})
    for (const std::size_t longest : {1u, 2u, 4u}) {
      Toy toy(8);
      const auto best = beam_search(toy, 8, {.beam = 1000, .length_penalty = a, .longest = longest});
      for (std::size_t b = 0; b < 8; ++b) {
        std::vector<Found> all;
        all_of(b, longest, a, {datasets::special::begin}, 0, all);
        const auto expected =
            std::max_element(all.begin(), all.end(), [](const Found& x, const Found& y) { return x.score < y.score; });
        CHECK(best[b].ended);
        CHECK(best[b].tokens == expected->tokens);
        CHECK(best[b].score == Approx(expected->score));
      }
    }
}

TEST_CASE("a beam of 1 is greedy") {
  Toy toy(20);
  const auto best = beam_search(toy, 20, {.beam = 1, .longest = 12});
  CHECK(toy.most == 20);
  for (std::size_t b = 0; b < 20; ++b) {
    std::vector<Index> history{datasets::special::begin};
    while (history.size() <= 12) {
      std::vector<double> log_p = follows(b, history);
      log_p[0] = log_p[2] = -1e9;
      const auto next = std::max_element(log_p.begin(), log_p.end()) - log_p.begin();
      if (next == end) break;
      history.push_back(static_cast<Index>(next));
    }
    CHECK(best[b].tokens == std::vector<Index>(history.begin() + 1, history.end()));
    CHECK(best[b].ended == (history.size() <= 12));
  }
}

TEST_CASE("narrow beams find what a plain search finds, for all sentences at once") {
  for (const std::size_t beam : {2u, 3u, 5u})
    for (const double a : {0., 1.}) {
      const BeamOptions options{.beam = beam, .length_penalty = a, .longest = 9};
      Toy toy(20);
      const auto best = beam_search(toy, 20, options);
      CHECK(toy.most <= 20 * beam);
      for (std::size_t b = 0; b < 20; ++b) CHECK(best[b].tokens == plain(b, options));
    }
}

TEST_CASE("a sentence stops where none of its hypotheses can win, or at its own limit") {
  Toy toy(2);
  std::size_t steps = 0;
  toy.log_p = [&](std::size_t, const std::vector<Index>& history, std::size_t v) {
    steps = std::max(steps, history.size());
    if (history.size() == 2 && v == end) return -0.01;
    return v == 4 ? -5. : -9.;
  };
  const auto best = beam_search(toy, 2, {.beam = 10, .length_penalty = 0, .longest_of = {50, 1}});
  CHECK(best[0].tokens == std::vector<Index>{4});
  CHECK(best[0].score == Approx(-5.01));
  CHECK(best[1].tokens.empty());  // one step: only to end at once ends
  CHECK(steps == 2);              // of 50: what has -10 by then cannot win
  IndexArray lengths(Shape{2});
  lengths(0) = 1, lengths(1) = 20;
  CHECK(limited_by_source({}, lengths).longest_of == std::vector<std::size_t>{11, 40});
}

TEST_CASE("ties go to the lower index; what never ends is given as it is") {
  Toy toy(1);
  toy.log_p = [](std::size_t, const auto&, std::size_t) { return -1.; };
  CHECK(beam_search(toy, 1, {.beam = 1, .longest = 3})[0].tokens == std::vector<Index>{1, 1, 1});
  Toy endless(1);
  const auto best = beam_search(endless, 1, {.beam = 2, .longest = 4, .forbidden = {0, 2, end}});
  CHECK(best[0].tokens.size() == 4);
  CHECK_FALSE(best[0].ended);
  Toy none(0);
  CHECK(beam_search(none, 0).empty());
}

TEST_CASE("what a beam search cannot do is said") {
  const auto message = [](const BeamOptions& options) {
    Toy toy(2);
    return message_of([&] { beam_search(toy, 2, options); });
  };
  CHECK(message({.beam = 0}) == "[beam_search] beam = 0: expected at least 1, which is greedy");
  CHECK(message({.longest = 0}) == "[beam_search] longest = 0: expected at least 1 step");
  CHECK(message({.longest_of = {3, 0}}) == "[beam_search] longest = 0: expected at least 1 step");
  CHECK(message({.longest_of = {3}}) == "[beam_search] longest_of: expected one number for each of 2 sentences, got 1");
  CHECK(message({.length_penalty = -1}) == "[beam_search] length_penalty = -1: expected a number, 0 or more");
  CHECK(message({.end = 6}) == "[beam_search] end = 6: the decoder knows the indices 0 ... 5");
  CHECK(message({.forbidden = {0, 1, 2, 3, 4, 5}}) ==
        "[beam_search] sentence 0, step 1: every index is forbidden or has probability 0");
  Toy toy(2);
  toy.log_p = [](std::size_t b, const auto& history, std::size_t v) {
    return b == 1 && v == 4 && history.size() == 2 ? std::numeric_limits<double>::quiet_NaN() : -1.;
  };
  CHECK(message_of([&] { beam_search(toy, 2); }) ==
        "[beam_search] sentence 1, step 2: log p of index 4 is NaN: are the model's weights numbers?");
  struct Short : Toy {
    using Toy::Toy;
    Tensor step(const IndexArray&) override { return Array(Shape{1, V}, -1); }
  } shorter(2);
  CHECK(message_of([&] { beam_search(shorter, 2); }) == "[beam_search] log p: expected (2, 6), got (1, 6)");
}
