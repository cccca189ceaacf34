#include "datasets/token_batches.hpp"

#include <algorithm>
#include <numeric>

#include "datasets/prefetch.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Lengths = std::vector<std::size_t>;

namespace {

struct Pairs {
  Lengths source, target;

  std::size_t size() const { return source.size(); }
};

// Targets of about the length of their sources, as translations are.
Pairs random_pairs(std::size_t n, Rng& rng) {
  Pairs pairs;
  for (std::size_t i = 0; i < n; ++i) {
    pairs.source.push_back(rng.below(30));
    pairs.target.push_back(pairs.source.back() + rng.below(6));
  }
  return pairs;
}

std::vector<Picks> read_epoch(TokenBatches& batches) {
  std::vector<Picks> epoch;
  REQUIRE(batches.at_start());
  do epoch.push_back(batches.next());
  while (!batches.at_start());
  CHECK(epoch.size() == batches.steps_per_epoch());
  return epoch;
}

// Places of a batch, padding included.
std::size_t places(const Pairs& pairs, const Picks& picks) {
  std::size_t S = 1, T = 0;
  for (const std::size_t pick : picks) S = std::max(S, pairs.source[pick]), T = std::max(T, pairs.target[pick] + 1);
  return picks.size() * (S + T);
}

Picks joined(const std::vector<Picks>& batches) {
  Picks all;
  for (const Picks& picks : batches) all.insert(all.end(), picks.begin(), picks.end());
  return all;
}

}  // namespace

TEST_CASE("every pair is in one batch an epoch, and no batch of several has more places than it may") {
  Rng rng(1);
  for (const std::size_t n : {1, 2, 50, 1000})
    for (const std::size_t tokens : {1, 40, 200, 100'000}) {
      const Pairs pairs = random_pairs(n, rng);
      TokenBatches batches(pairs.source, pairs.target, tokens, rng);
      for (int epoch = 0; epoch < 3; ++epoch) {
        const std::vector<Picks> all = read_epoch(batches);
        for (const Picks& picks : all) CHECK((picks.size() == 1 || places(pairs, picks) <= tokens));
        Picks sorted = joined(all), expected(n);
        std::sort(sorted.begin(), sorted.end());
        std::iota(expected.begin(), expected.end(), std::size_t{0});
        CHECK(sorted == expected);
        if (tokens == 1) CHECK(all.size() == n);
        if (tokens == 100'000) CHECK(all.size() == 1);
      }
      CHECK(batches.cursor().epoch == 3);
    }
}

TEST_CASE("batches are full, and little of them is padding") {
  Rng rng(2);
  const Pairs pairs = random_pairs(5000, rng);
  TokenBatches batches(pairs.source, pairs.target, 1000, rng);
  std::size_t filled = 0, real = 0;
  for (const Picks& picks : read_epoch(batches)) filled += places(pairs, picks);
  for (std::size_t i = 0; i < pairs.size(); ++i)
    real += std::max<std::size_t>(pairs.source[i], 1) + pairs.target[i] + 1;
  CHECK(filled > batches.steps_per_epoch() * 900);
  CHECK(filled < real * 11 / 10);
}

TEST_CASE("batches and the pairs in them differ from epoch to epoch") {
  Rng rng(3);
  const Pairs pairs = random_pairs(2000, rng);
  TokenBatches batches(pairs.source, pairs.target, 500, rng);
  auto first = read_epoch(batches), second = read_epoch(batches);
  CHECK(joined(first) != joined(second));
  for (auto* epoch : {&first, &second}) {
    for (Picks& picks : *epoch) std::sort(picks.begin(), picks.end());
    std::sort(epoch->begin(), epoch->end());
  }
  CHECK(first != second);  // not only the order of the same batches
}

TEST_CASE("resumed at any cursor, token batches are those of the uninterrupted run, made ahead or not") {
  Rng rng(4);
  const Pairs pairs = random_pairs(60, rng);
  TokenBatches batches(pairs.source, pairs.target, 200, rng);
  Prefetch<Picks, TokenBatches> ahead(batches, [](const Picks& picks) { return picks; });
  std::vector<Picks> all;
  std::vector<TokenBatches::Cursor> saved;
  for (int i = 0; i < 40; ++i) {
    saved.push_back(batches.cursor());
    all.push_back(batches.next());
    CHECK(ahead.next() == all.back());
    CHECK(ahead.cursor() == batches.cursor());
  }
  REQUIRE(batches.cursor().epoch > 1);
  for (std::size_t start = 0; start < all.size(); ++start) {
    Rng other(99);
    TokenBatches resumed(pairs.source, pairs.target, 200, other);
    resumed.next();
    resumed.set_cursor(saved[start]);
    for (std::size_t i = start; i < all.size(); ++i) REQUIRE(resumed.next() == all[i]);
    REQUIRE(resumed.cursor() == batches.cursor());
  }
}

TEST_CASE("token batches of nothing, of sides that do not match, and a cursor of other data") {
  Rng rng(5);
  CHECK(message_of([&] { TokenBatches({}, {}, 10, rng); }) ==
        "[token_batches] lengths: there is no pair to make batches of; give a data set with pairs");
  CHECK(message_of([&] {
          TokenBatches({1, 2}, {1}, 10, rng);
        }) == "[token_batches] lengths: 2 sources, but 1 targets; give as many");
  CHECK(message_of([&] { TokenBatches({1}, {1}, 0, rng); }) ==
        "[token_batches] tokens: 0 in a batch, expected at least 1");
  TokenBatches batches({1, 2, 3}, {1, 2, 3}, 1, rng);
  CHECK(message_of([&] {
          batches.set_cursor({0, 3, 7});
        }) == "[batches] cursor: step 3, but an epoch has 3 steps; resume with the same data and batch size");
}
