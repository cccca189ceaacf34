#include "datasets/prefetch.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "datasets/batching.hpp"
#include "datasets/streams.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

// 0, 1, 2, ...
struct Counter {
  using Cursor = int;
  int n = 0;
  int next() { return n++; }
  const int& cursor() const { return n; }
  void set_cursor(int to) {
    if (to < 0) fail("counter", "below 0");
    n = to;
  }
};
using Counting = Prefetch<std::unique_ptr<int>, Counter>;  // items that can only be moved

std::unique_ptr<int> boxed(int n) { return std::make_unique<int>(n); }
std::unique_ptr<int> boxed_to_7(int n) {
  if (n == 7) fail("item", "7 cannot be made");
  return boxed(n);
}

bool same(const Padded& a, const Padded& b) { return a.indices == b.indices && a.lengths == b.lengths; }

// Waits, for at most ten seconds, until `number` is `wanted` or more.
bool reaches(const std::atomic<int>& number, int wanted) {
  for (int i = 0; i < 10000 && number < wanted; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return number >= wanted;
}

}  // namespace

TEST_CASE("items come in order, and not more than `ahead` are made ahead") {
  for (std::size_t ahead : {1, 2, 7}) {
    std::atomic<int> made{0};
    Prefetch<int, Counter> items(
        {}, [&](int n) { return ++made, n * n; }, ahead);
    CHECK(made == 0);
    const int room = static_cast<int>(ahead);
    for (int i = 0; i < 100; ++i) {
      CHECK(items.next() == i * i);
      CHECK(made <= i + 1 + room);
    }
    CHECK(reaches(made, 100 + room));
  }
  CHECK_THROWS_WITH(Counting({}, boxed, 0), "[prefetch] ahead: 0 items made ahead, expected at least 1");
}

TEST_CASE("the cursor is behind the last item given, however many were made") {
  std::atomic<int> made{0};
  Counting items(
      {}, [&](int n) { return ++made, boxed(n); }, 5);
  CHECK(items.cursor() == 0);
  for (int i = 0; i < 4; ++i) items.next();
  REQUIRE(reaches(made, 9));
  CHECK(items.cursor() == 4);
  items.set_cursor(2);
  CHECK(items.cursor() == 2);
  CHECK(*items.next() == 2);
  CHECK_THROWS_WITH(items.set_cursor(-1), "[counter] below 0");
  CHECK(items.cursor() == 3);
  CHECK(*items.next() == 3);
}

TEST_CASE("an error is thrown where its item was due, and again until the cursor is set") {
  for (std::size_t ahead : {1, 3, 20}) {
    Counting items({5}, boxed_to_7, ahead);
    CHECK((*items.next() == 5 && *items.next() == 6));
    CHECK_THROWS_WITH(items.next(), "[item] 7 cannot be made");
    CHECK_THROWS_WITH(items.next(), "[item] 7 cannot be made");
    CHECK(items.cursor() == 7);
    items.set_cursor(8);
    CHECK(*items.next() == 8);
  }
}

TEST_CASE("it may end at any time: never begun, while an item is made, with items left, after an error") {
  for (int consumed = 0; consumed < 10; ++consumed)
    for (std::size_t ahead : {1, 4}) {
      Counting items({}, boxed_to_7, ahead);
      for (int i = 0; i < std::min(consumed, 7); ++i) items.next();
      if (consumed > 7) CHECK_THROWS_AS(items.next(), Error);
    }
  std::atomic<int> begun{0};
  Counting slow({}, [&](int n) {
    ++begun;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return boxed(n);
  });
  slow.next();
  REQUIRE(reaches(begun, 2));
}

TEST_CASE("padded batches are those made without it, and resumed exactly from what was consumed") {
  Rng rng(1);
  Sequences sequences(40);
  for (std::size_t i = 0; i < sequences.size(); ++i) sequences[i].assign(rng.below(9), static_cast<Index>(i));
  const auto make = [&](const Picks& picks) { return pad(sequences, picks, -1, -2); };
  LengthBatches plain(lengths_of(sequences), 6, rng, 2);
  Prefetch<Padded, LengthBatches> ahead(plain, make, 3);
  CHECK(ahead.steps_per_epoch() == 7);
  std::vector<Padded> all;
  std::vector<LengthBatches::Cursor> saved;
  for (int i = 0; i < 20; ++i) {
    CHECK(ahead.cursor() == plain.cursor());
    saved.push_back(ahead.cursor());
    all.push_back(ahead.next());
    CHECK(same(all.back(), make(plain.next())));
  }
  for (std::size_t start = 0; start < all.size(); start += 3) {
    ahead.set_cursor(saved[start]);
    for (std::size_t i = start; i < all.size(); ++i) REQUIRE(same(ahead.next(), all[i]));
  }
}

TEST_CASE("streams are a source as well") {
  IndexArray sequence(Shape{100});
  for (Index i = 0; i < 100; ++i) sequence.data()[i] = i;
  Streams plain(sequence, 4, 5);
  Prefetch<Batch, Streams> ahead(plain, [](Batch batch) { return batch; });
  for (int i = 0; i < 12; ++i) {
    const Batch batch = ahead.next();
    CHECK(batch.inputs == plain.next().inputs);
  }
  CHECK(ahead.cursor() == plain.cursor());
}
