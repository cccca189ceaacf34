#include "datasets/streams.hpp"

#include <atomic>
#include <cstdlib>
#include <limits>
#include <new>
#include <numeric>
#include <set>
#include <vector>

#include "datasets/char_corpus.hpp"
#include "datasets/text_file.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

std::atomic<long> allocations{0};

}  // namespace

void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(bytes);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace {

// 0 1 2 ... n - 1: a symbol is its own position.
IndexArray positions(std::size_t n) {
  IndexArray sequence(Shape{n});
  std::iota(sequence.data(), sequence.data() + n, 0);
  return sequence;
}

using Column = std::vector<Index>;
struct Epoch {
  std::vector<Column> inputs, targets;  // of each stream, its batches joined
  std::size_t steps = 0, count = 0;
};

Epoch read_epoch(Streams& streams, std::size_t batch, std::size_t bptt) {
  Epoch epoch{std::vector<Column>(batch), std::vector<Column>(batch)};
  REQUIRE(streams.at_start());
  do {
    const Batch chunk = streams.next();
    const std::size_t steps = chunk.inputs.shape()[0];
    REQUIRE((chunk.inputs.shape() == Shape{steps, batch} && chunk.targets.shape() == chunk.inputs.shape()));
    REQUIRE((steps == bptt || (steps > 0 && steps < bptt && streams.at_start())));
    for (std::size_t i = 0; i < steps * batch; ++i) {
      epoch.inputs[i % batch].push_back(chunk.inputs.data()[i]);
      epoch.targets[i % batch].push_back(chunk.targets.data()[i]);
    }
    ++epoch.steps, epoch.count += chunk.count;
  } while (!streams.at_start());
  CHECK(epoch.steps == streams.steps_per_epoch());
  CHECK(epoch.count == streams.targets_per_epoch());
  return epoch;
}

// Each stream is contiguous, streams follow each other, and targets are the symbols that follow. Returns all
// targets in order, which must be first, first + 1, ...
Column check_contiguous(const Epoch& epoch, Index first) {
  Column all;
  bool ok = true;
  for (std::size_t b = 0; b < epoch.inputs.size(); ++b)
    for (std::size_t t = 0; t < epoch.inputs[b].size(); ++t) {
      if (epoch.targets[b][t] == ignored) continue;
      ok = ok && epoch.inputs[b][t] == first + static_cast<Index>(all.size());
      ok = ok && epoch.targets[b][t] == epoch.inputs[b][t] + 1;
      all.push_back(epoch.targets[b][t]);
    }
  CHECK(ok);
  return all;
}

bool same(const Batch& a, const Batch& b) {
  return a.inputs.shape() == b.inputs.shape() && a.inputs.storage() == b.inputs.storage() &&
         a.targets.storage() == b.targets.storage() && a.count == b.count;
}

}  // namespace

TEST_CASE("the layout is the one in the header's picture") {
  Streams streams(positions(13), 3, 3);
  CHECK(streams.steps_per_epoch() == 2);
  const Batch first = streams.next(), last = streams.next();
  CHECK(first.inputs == IndexArray{{0, 4, 8}, {1, 5, 9}, {2, 6, 10}});
  CHECK(first.targets == IndexArray{{1, 5, 9}, {2, 6, 10}, {3, 7, 11}});
  CHECK(last.inputs == IndexArray{{3, 7, 11}});
  CHECK(last.targets == IndexArray{{4, 8, 12}});
  CHECK(streams.at_start());
  CHECK(same(streams.next(), first));
}

TEST_CASE("joined batches are the streams; every symbol but the remainder is a target once an epoch") {
  for (std::size_t batch : {1, 2, 3, 7})
    for (std::size_t bptt : {1, 2, 5, 8})
      for (std::size_t n = batch * bptt + 1; n < batch * bptt + 40; ++n) {
        Streams streams(positions(n), batch, bptt);
        const Epoch first = read_epoch(streams, batch, bptt);
        REQUIRE(check_contiguous(first, 0).size() == n - 1 - (n - 1) % batch);
        REQUIRE(first.count == n - 1 - (n - 1) % batch);
        REQUIRE(read_epoch(streams, batch, bptt).inputs == first.inputs);
        REQUIRE(streams.cursor() == Streams::Cursor{2, 0, 0});
      }
}

TEST_CASE("whole streams leave nothing out, whatever the length") {
  for (std::size_t batch : {1, 2, 3, 7, 50})
    for (std::size_t bptt : {1, 4, 8, 100})
      for (std::size_t n = 2; n < 60; ++n) {
        Streams streams(positions(n), batch, bptt, {.whole = true});
        const Epoch epoch = read_epoch(streams, batch, bptt);
        REQUIRE(check_contiguous(epoch, 0).size() == n - 1);
        REQUIRE(epoch.count == n - 1);
        for (const Column& inputs : epoch.inputs)
          for (Index input : inputs) REQUIRE((input >= 0 && input < static_cast<Index>(n)));
      }
}

TEST_CASE("a shifted epoch begins anywhere in the first T symbols and has always the same length") {
  constexpr std::size_t batch = 3, bptt = 5;
  for (std::size_t n = batch * bptt + 1; n < 60; ++n) {
    Rng rng(n);
    Streams streams(positions(n), batch, bptt, {.shift = &rng});
    const std::size_t places = std::min(bptt, n - batch * bptt);
    std::set<Index> begins;
    for (int epoch = 0; epoch < 60; ++epoch) {
      const Epoch read = read_epoch(streams, batch, bptt);
      const Column targets = check_contiguous(read, read.inputs[0][0]);
      REQUIRE(targets.size() == streams.targets_per_epoch());
      REQUIRE(n - 1 - targets.size() < batch + bptt - 1);
      begins.insert(read.inputs[0][0]);
    }
    REQUIRE(begins.size() == places);
    REQUIRE((*begins.begin() == 0 && *begins.rbegin() == static_cast<Index>(places) - 1));
  }
}

TEST_CASE("resumed at any cursor, the batches are those of the uninterrupted run") {
  const IndexArray sequence = positions(83);
  for (bool shifted : {false, true}) {
    Rng rng(5);
    Streams streams(sequence, 4, 6, {.shift = shifted ? &rng : nullptr});
    std::vector<Batch> all;
    std::vector<std::pair<Streams::Cursor, std::string>> saved;
    for (int i = 0; i < 30; ++i) {
      saved.emplace_back(streams.cursor(), rng.state());
      all.push_back(streams.next());
    }
    for (std::size_t start = 0; start < all.size(); ++start) {
      Rng other(99);
      Streams resumed(sequence, 4, 6, {.shift = shifted ? &other : nullptr});
      resumed.next();
      resumed.set_cursor(saved[start].first), other.set_state(saved[start].second);
      for (std::size_t i = start; i < all.size(); ++i) REQUIRE(same(resumed.next(), all[i]));
      REQUIRE(resumed.cursor() == streams.cursor());
    }
  }
}

TEST_CASE("a cursor of other streams is refused") {
  Streams streams(positions(83), 4, 6);
  CHECK(message_of([&] {
          streams.set_cursor({0, 4, 0});
        }) ==
        "[streams] cursor: step 4 with shift 0, but an epoch has 4 steps and 1 shifts; "
        "resume with the same text, --batch and --bptt");
  CHECK_THROWS_AS(streams.set_cursor({0, 0, 1}), Error);
  streams.set_cursor({7, 3, 0});
  streams.next();
  CHECK(streams.cursor() == Streams::Cursor{8, 0, 0});
}

TEST_CASE("streams that cannot be are refused, with the sizes") {
  CHECK(message_of([] { Streams(positions(2048), 32, 64); }) ==
        "[streams] sequence: 2048 symbols to train on, but --batch 32 and --bptt 64 want 2049 "
        "(batch * bptt + 1); lower --batch or --bptt, or give more text");
  CHECK(Streams(positions(2049), 32, 64).steps_per_epoch() == 1);
  constexpr std::size_t huge = std::numeric_limits<std::size_t>::max();
  CHECK_THROWS_AS(Streams(positions(100), huge, huge), Error);
  CHECK(message_of([] { Streams(positions(100), 0, 64); }) ==
        "[streams] --batch 0 and --bptt 64 must both be at least 1");
  CHECK_THROWS_AS(Streams(positions(100), 32, 0), Error);
  CHECK(message_of([] { Streams(positions(1), 1, 1, {.whole = true}); }) ==
        "[streams] sequence: 1 symbols, so there is nothing to predict");
  CHECK_THROWS_AS(Streams(positions(0), 1, 1), Error);
  CHECK_THROWS_AS(Streams(IndexArray(Shape{4, 4}), 1, 1), Error);
  Rng rng(1);
  CHECK_THROWS_AS(Streams(positions(100), 1, 1, {.whole = true, .shift = &rng}), Error);
}

TEST_CASE("the sequence is shared, and next() takes its memory from the pool") {
  const IndexArray sequence = positions(10'000);
  Rng rng(3);
  Streams streams(sequence, 8, 16, {.shift = &rng});
  Batch batch = streams.next();
  for (std::size_t i = 0; i < streams.steps_per_epoch(); ++i) batch = streams.next();
  std::set<const Index*> blocks;
  std::vector<const Index*> used;
  used.reserve(4 * streams.steps_per_epoch());
  const long before = allocations;
  for (std::size_t i = 0; i < 2 * streams.steps_per_epoch(); ++i) {
    batch = streams.next();
    used.push_back(batch.inputs.data()), used.push_back(batch.targets.data());
  }
  CHECK(allocations == before);
  blocks.insert(used.begin(), used.end());
  CHECK(blocks.size() <= 8);  // two of each shape live and two being made
  CHECK(sequence.storage().shared());
}

TEST_CASE("Tiny Shakespeare is read once an epoch") {
  const std::string folder = data_folder();
  if (folder.empty()) {
    WARN("skipped: REWIND_DATA names no folder");
    return;
  }
  const CharCorpus corpus(read_text({folder + "/tinyshakespeare/input.txt"}));
  Streams streams(corpus.validation(), 32, 64, {.whole = true});
  const Epoch epoch = read_epoch(streams, 32, 64);
  CHECK(epoch.count == 111'539);
  Column joined;
  for (std::size_t b = 0; b < 32; ++b)
    for (Index target : epoch.targets[b])
      if (target != ignored) joined.push_back(target);
  CHECK(std::equal(joined.begin(), joined.end(), corpus.validation().data() + 1));
}
