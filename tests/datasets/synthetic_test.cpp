#include "datasets/synthetic.hpp"

#include <catch2/catch.hpp>

using namespace rw;

TEST_CASE("adding problem: two marks, one in each half, and their sum") {
  Rng rng(1);
  const auto [x, y] = datasets::adding_problem(7, 50, rng);
  for (std::size_t b = 0; b < 50; ++b) {
    Scalar sum = 0, first = 0, second = 0;
    for (std::size_t t = 0; t < 7; ++t) {
      CHECK((x(t, b, 0) >= 0 && x(t, b, 0) <= 1));
      (t < 3 ? first : second) += x(t, b, 1);
      sum += x(t, b, 0) * x(t, b, 1);
    }
    CHECK((first == 1 && second == 1));
    CHECK(y(b, 0) == Approx(sum));
  }
  CHECK_THROWS_WITH(datasets::adding_problem(1, 2, rng), "[adding_problem] T = 1: expected at least 2");
}

TEST_CASE("copy task: ten symbols, blanks, the delimiter; the targets end with the symbols") {
  Rng rng(2);
  const auto batch = datasets::copy_memory(5, 3, rng);
  REQUIRE(batch.inputs.shape() == Shape{25, 3});
  CHECK(batch.count == 75);
  for (std::size_t b = 0; b < 3; ++b)
    for (std::size_t t = 0; t < 25; ++t) {
      const Index in = batch.inputs(t, b), target = batch.targets(t, b);
      if (t < 10) CHECK((in >= 0 && in < 8));
      if (t >= 10) CHECK(in == (t == 14 ? 9 : 8));
      CHECK(target == (t < 15 ? 8 : batch.inputs(t - 15, b)));
    }
  CHECK_THROWS_WITH(datasets::copy_memory(0, 3, rng), "[copy_memory] T = 0: expected at least 1");
}

TEST_CASE("sequences to recall: symbols, the delimiter, blanks; the targets are the symbols in order, or reversed") {
  const std::size_t T = 4, B = 3;
  Rng first(3), second(3);
  const auto copied = datasets::copy_sequence(T, B, first), reversed = datasets::reverse_sequence(T, B, second);
  REQUIRE(copied.inputs.shape() == Shape{9, 3});
  REQUIRE(copied.targets.shape() == Shape{9, 3});
  CHECK(copied.inputs == reversed.inputs);
  CHECK((copied.count == 12 && reversed.count == 12));
  for (std::size_t b = 0; b < B; ++b) {
    for (std::size_t t = 0; t < 2 * T + 1; ++t) {
      const Index in = copied.inputs(t, b);
      if (t < T) CHECK((in >= 0 && in < 8));
      if (t >= T) CHECK(in == (t == T ? 8 : 9));
      if (t <= T) CHECK((copied.targets(t, b) == datasets::ignored && reversed.targets(t, b) == datasets::ignored));
    }
    for (std::size_t i = 0; i < T; ++i) {
      CHECK(copied.targets(T + 1 + i, b) == copied.inputs(i, b));
      CHECK(reversed.targets(2 * T - i, b) == copied.inputs(i, b));
    }
  }
}

TEST_CASE("sequences to recall: all eight symbols occur; one of no steps is an error") {
  Rng rng(4);
  const auto batch = datasets::reverse_sequence(50, 20, rng);
  std::vector<int> counts(8);
  for (std::size_t b = 0; b < 20; ++b)
    for (std::size_t t = 0; t < 50; ++t) ++counts.at(static_cast<std::size_t>(batch.inputs(t, b)));
  for (const int n : counts) CHECK((n > 80 && n < 170));
  CHECK_THROWS_WITH(datasets::copy_sequence(0, 2, rng), "[copy_sequence] T = 0: expected at least 1");
  CHECK_THROWS_WITH(datasets::reverse_sequence(0, 2, rng), "[reverse_sequence] T = 0: expected at least 1");
}
