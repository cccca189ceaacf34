#include "datasets/batching.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

std::vector<std::size_t> random_lengths(std::size_t n, Rng& rng) {
  std::vector<std::size_t> lengths(n);
  for (std::size_t& length : lengths) length = rng.below(50);
  return lengths;
}

std::vector<Picks> read_epoch(LengthBatches& batches) {
  std::vector<Picks> epoch;
  REQUIRE(batches.at_start());
  do epoch.push_back(batches.next());
  while (!batches.at_start());
  CHECK(epoch.size() == batches.steps_per_epoch());
  return epoch;
}

Picks joined(const std::vector<Picks>& batches) {
  Picks all;
  for (const Picks& picks : batches) all.insert(all.end(), picks.begin(), picks.end());
  return all;
}

void check_everything_once(const std::vector<Picks>& batches, std::size_t n, std::size_t batch) {
  Picks all = joined(batches), expected(n);
  std::sort(all.begin(), all.end());
  std::iota(expected.begin(), expected.end(), std::size_t{0});
  CHECK(all == expected);
  const auto short_ones = std::count_if(batches.begin(), batches.end(), [&](auto& b) { return b.size() != batch; });
  CHECK(short_ones == (n % batch == 0 ? 0 : 1));
}

// Padded steps in all, real ones being counted as well.
std::size_t steps(const std::vector<Picks>& batches, const std::vector<std::size_t>& lengths) {
  std::size_t all = 0;
  for (const Picks& picks : batches) {
    std::size_t longest = 0;
    for (std::size_t pick : picks) longest = std::max(longest, lengths[pick]);
    all += longest * picks.size();
  }
  return all;
}

}  // namespace

TEST_CASE("every sequence is in one batch an epoch, in another order each time") {
  Rng rng(1);
  for (std::size_t n : {1, 2, 7, 64, 65, 100})
    for (std::size_t batch : {1, 3, 8, 64})
      for (std::size_t pool : {1, 2, 100}) {
        LengthBatches batches(random_lengths(n, rng), batch, rng, pool);
        const auto first = read_epoch(batches), second = read_epoch(batches);
        check_everything_once(first, n, std::min(batch, n));
        check_everything_once(second, n, std::min(batch, n));
        if (n >= 64 && batch < n) CHECK(joined(first) != joined(second));
        CHECK(batches.cursor().epoch == 2);
      }
}

TEST_CASE("a pool is cut by length: no batch overlaps another") {
  Rng rng(2);
  const auto lengths = random_lengths(640, rng);
  LengthBatches batches(lengths, 32, rng, 20);
  std::map<std::size_t, std::size_t> longest_of_shortest;
  std::vector<std::size_t> shortest;
  for (const Picks& picks : read_epoch(batches)) {
    std::vector<std::size_t> own;
    for (std::size_t pick : picks) own.push_back(lengths[pick]);
    const auto [low, high] = std::minmax_element(own.begin(), own.end());
    shortest.push_back(*low);
    std::size_t& longest = longest_of_shortest[*low];
    longest = std::max(longest, *high);
  }
  std::size_t longest = 0;
  for (const auto& [low, high] : longest_of_shortest) {
    CHECK(longest <= low);
    longest = high;
  }
  CHECK_FALSE(std::is_sorted(shortest.begin(), shortest.end()));  // the batches are shuffled
}

TEST_CASE("batches by length need little padding, and evaluation the least") {
  Rng rng(3);
  const auto lengths = random_lengths(3200, rng);
  const auto real = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
  LengthBatches bucketed(lengths, 32, rng, 20), random(lengths, 32, rng, 1);
  const auto a = steps(read_epoch(bucketed), lengths), b = steps(read_epoch(random), lengths);
  const auto c = steps(batches_by_length(lengths, 32), lengths);
  CHECK(b > real * 17 / 10);
  CHECK(a < real * 11 / 10);
  CHECK((real <= c && c <= a));
}

TEST_CASE("without pools every order is as probable as any other") {
  Rng rng(4);
  LengthBatches batches({5, 5, 5, 5}, 1, rng, 1);
  std::map<Picks, int> orders;
  for (int i = 0; i < 24000; ++i) ++orders[joined(read_epoch(batches))];
  CHECK(orders.size() == 24);
  for (const auto& [order, count] : orders) CHECK((count > 850 && count < 1150));  // deviation: 31
}

TEST_CASE("resumed at any cursor, the batches are those of the uninterrupted run, whatever the generator") {
  Rng rng(5);
  const auto lengths = random_lengths(50, rng);
  LengthBatches batches(lengths, 8, rng, 3);
  std::vector<Picks> all;
  std::vector<LengthBatches::Cursor> saved;
  for (int i = 0; i < 30; ++i) {
    saved.push_back(batches.cursor());
    all.push_back(batches.next());
  }
  for (std::size_t start = 0; start < all.size(); ++start) {
    Rng other(99);
    LengthBatches resumed(lengths, 8, other, 3);
    resumed.next();
    resumed.set_cursor(saved[start]);
    for (std::size_t i = start; i < all.size(); ++i) REQUIRE(resumed.next() == all[i]);
    REQUIRE(resumed.cursor() == batches.cursor());
  }
  Rng same_a(7), same_b(7), another(8);
  LengthBatches a(lengths, 8, same_a), b(lengths, 8, same_b), c(lengths, 8, another);
  const auto epoch = read_epoch(a);
  CHECK(epoch == read_epoch(b));
  CHECK(epoch != read_epoch(c));
}

TEST_CASE("evaluation goes by length, equal ones in their order") {
  CHECK(batches_by_length({3, 1, 2, 1, 0}, 2) == std::vector<Picks>{{4, 1}, {3, 2}, {0}});
  CHECK(batches_by_length({}, 2).empty());
  CHECK(batches_by_length({4}, std::numeric_limits<std::size_t>::max()) == std::vector<Picks>{{0}});
  CHECK(lengths_of({{1, 2}, {}, {3}}) == std::vector<std::size_t>{2, 0, 1});
}

TEST_CASE("batches that cannot be are refused") {
  Rng rng(6);
  CHECK_THROWS_WITH(LengthBatches({}, 1, rng),
                    "[batches] lengths: there is no sequence to make batches of; give a data set with examples");
  CHECK_THROWS_WITH(LengthBatches({1}, 0, rng), "[batches] --batch 0 in pools of 100: both must be at least 1");
  CHECK_THROWS_WITH(LengthBatches({1}, 1, rng, 0), "[batches] --batch 1 in pools of 0: both must be at least 1");
  CHECK_THROWS_WITH(batches_by_length({1}, 0), "[batches] --batch 0 must be at least 1");
  constexpr std::size_t huge = std::numeric_limits<std::size_t>::max();
  CHECK(LengthBatches({1, 2}, huge, rng, huge).next().size() == 2);
  LengthBatches batches({1, 2, 3}, 2, rng);
  CHECK_THROWS_WITH(batches.set_cursor({0, 2, 0}),
                    "[batches] cursor: step 2, but an epoch has 2 steps; resume with "
                    "the same data and batch size");
}

TEST_CASE("padding: columns under which `padding` stands; an empty sequence is one unknown step") {
  const Sequences sequences{{5, 6, 7}, {}, {8}, {9, 10}};
  const Padded padded = pad(sequences, {0, 3, 1, 0}, -7, 1);
  CHECK(padded.indices == IndexArray{{5, 9, 1, 5}, {6, 10, -7, 6}, {7, -7, -7, 7}});
  CHECK(padded.lengths == IndexArray{3, 2, 1, 3});
  const Padded empty = pad(sequences, {1}, 0, 1);
  CHECK(empty.indices == IndexArray(Shape{1, 1}, 1));
  CHECK(empty.lengths == IndexArray{1});
  CHECK_THROWS_WITH(pad(sequences, {}, 0, 1), "[pad] picks: none, but a batch needs at least one sequence");
  CHECK_THROWS_WITH(pad(sequences, {0, 4}, 0, 1), "[pad] picks: 4, but there are 4 sequences");
}

TEST_CASE("characters of a batch's words, one padding step for what is no word or has no characters") {
  const Sequences characters{{5, 6, 7}, {8}, {}};
  const Padded padded = pad_characters(characters, IndexArray{{1, 0, 2}, {-1, 1, -1}}, 0);
  CHECK(padded.indices == IndexArray{{8, 5, 0, 0, 8, 0}, {0, 6, 0, 0, 0, 0}, {0, 7, 0, 0, 0, 0}});
  CHECK(padded.lengths == IndexArray{1, 3, 1, 1, 1, 1});
  CHECK_THROWS_WITH(pad_characters(characters, IndexArray(Shape{0, 2}), 0),
                    "[pad_characters] words: none, but a batch needs at least one");
  const std::string refused = "[pad_characters] words: 3, but there are the characters of 3; no word is -1";
  CHECK_THROWS_WITH(pad_characters(characters, IndexArray(Shape{1, 1}, 3), 0), refused);
  CHECK_THROWS_AS(pad_characters(characters, IndexArray(Shape{1, 1}, -2), 0), Error);
}

TEST_CASE("a long sequence keeps its head and its tail") {
  const auto kept = [](std::size_t head, std::size_t tail) {
    std::vector<Index> sequence{0, 1, 2, 3, 4};
    cut(sequence, head, tail);
    return sequence;
  };
  constexpr std::size_t huge = std::numeric_limits<std::size_t>::max();
  CHECK(kept(1, 2) == std::vector<Index>{0, 3, 4});
  CHECK(kept(2, 0) == std::vector<Index>{0, 1});
  CHECK(kept(0, 2) == std::vector<Index>{3, 4});
  CHECK(kept(0, 0).empty());
  for (const auto& [head, tail] : {std::pair{2, 3}, {5, 0}, {0, 5}, {9, 9}})
    CHECK(kept(static_cast<std::size_t>(head), static_cast<std::size_t>(tail)).size() == 5);
  CHECK(kept(huge, huge).size() == 5);
}
