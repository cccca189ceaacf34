#include "datasets/windows.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

IndexArray numbers(std::size_t n) {
  IndexArray a(Shape{n});
  for (std::size_t i = 0; i < n; ++i) a.data()[i] = static_cast<Index>(i);
  return a;
}

}  // namespace

TEST_CASE("windows: the picture in windows.hpp") {
  const auto rows = [](const IndexArray& x) { return std::vector<Index>(x.begin(), x.end()); };
  using Rows = std::vector<Index>;
  Windows windows(numbers(9), 2, 4);
  CHECK(windows.steps_per_epoch() == 2);
  for (int epoch = 0; epoch < 2; ++epoch) {
    const Batch first = windows.next(), last = windows.next();
    CHECK(rows(first.inputs) == Rows{0, 2, 1, 3, 2, 4, 3, 5});
    CHECK(rows(first.targets) == Rows{1, ignored, 2, ignored, 3, 5, 4, 6});
    CHECK(first.count == 6);
    CHECK(rows(last.inputs) == Rows{4, 5, 6, 7});
    CHECK(rows(last.targets) == Rows{ignored, ignored, 7, 8});
    CHECK(last.count == 2);
  }
}

TEST_CASE("windows predict every symbol but the first once, with enough before it") {
  for (std::size_t n = 2; n < 40; ++n)
    for (std::size_t steps = 1; steps < 12; ++steps)
      for (const std::size_t batch : {1, 3, 50}) {
        Windows windows(numbers(n), batch, steps);
        std::vector<int> times(n);
        std::size_t counted = 0;
        for (std::size_t i = 0; i < windows.steps_per_epoch(); ++i) {
          const Batch chunk = windows.next();
          const std::size_t T = chunk.inputs.shape()[0], B = chunk.inputs.shape()[1];
          REQUIRE(T == std::min(steps, n - 1));
          REQUIRE((B >= 1 && B <= batch));
          counted += chunk.count;
          for (std::size_t k = 0; k < T * B; ++k) {
            const Index target = chunk.targets.data()[k];
            if (target == ignored) continue;
            REQUIRE(target == chunk.inputs.data()[k] + 1);
            const std::size_t before = k / B + 1;  // symbols in the window
            REQUIRE((before > T / 2 || before == static_cast<std::size_t>(target)));
            ++times[static_cast<std::size_t>(target)];
          }
        }
        REQUIRE(counted == n - 1);
        REQUIRE(times[0] == 0);
        for (std::size_t i = 1; i < n; ++i) REQUIRE(times[i] == 1);
      }
}

TEST_CASE("windows of nothing") {
  CHECK(message_of([] { Windows(numbers(1), 1, 4); }) ==
        "[windows] sequence: 1 symbols, so there is nothing to predict");
  CHECK(message_of([] { Windows(numbers(5), 0, 4); }) == "[windows] batch 0 and steps 4 must both be at least 1");
  CHECK(message_of([] { Windows(numbers(5), 2, 0); }) == "[windows] batch 2 and steps 0 must both be at least 1");
}
