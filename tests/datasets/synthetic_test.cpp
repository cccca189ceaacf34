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
