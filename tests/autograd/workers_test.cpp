// Threads that wait for work, and memory that wanders between them.
#include "autograd/workers.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <thread>

#include "autograd/array.hpp"
#include "tests/support.hpp"

using namespace rw;

TEST_CASE("every part of the work is done, each time", "[workers]") {
  for (std::size_t n : {1, 2, 3, 8}) {
    std::vector<int> done(n, 0);
    for (int round = 0; round < 200; ++round) run_parallel(n, [&](std::size_t i) { ++done[i]; });
    CHECK(std::accumulate(done.begin(), done.end(), 0) == static_cast<int>(200 * n));
  }
}

TEST_CASE("part 0 runs on the calling thread, the others on their own", "[workers]") {
  std::vector<std::thread::id> ids(3);
  run_parallel(3, [&](std::size_t i) { ids[i] = std::this_thread::get_id(); });
  CHECK(ids[0] == std::this_thread::get_id());
  CHECK(ids[1] != ids[0]);
  CHECK(ids[2] != ids[1]);
}

TEST_CASE("the error of the lowest part is thrown when all have ended", "[workers]") {
  std::atomic<int> ended{0};
  const auto work = [&](std::size_t i) {
    ++ended;
    if (i > 0) throw Error("part " + std::to_string(i));
  };
  CHECK(message_of([&] { run_parallel(3, work); }) == "part 1");
  CHECK(ended == 3);
}

TEST_CASE("a call inside work does its parts too", "[workers]") {
  std::atomic<int> done{0};
  run_parallel(2, [&](std::size_t) { run_parallel(3, [&](std::size_t) { ++done; }); });
  CHECK(done == 6);
}

TEST_CASE("blocks that one thread takes and another drops do not pile up", "[workers]") {
  for (std::size_t elements : {4, 1000, 300000}) {
    std::size_t before = 0, after = 0;
    for (int round = 0; round < 400; ++round) {
      std::vector<Buffer<Scalar>> made;
      run_parallel(2, [&](std::size_t i) {
        if (i == 0) return;
        for (int k = 0; k < 10; ++k) made.emplace_back(elements);
        (round < 200 ? before : after) = pool::taken();
      });
    }
    CAPTURE(elements);
    CHECK(after == before);
  }
}
