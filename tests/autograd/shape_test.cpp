// Shape: a small vector without memory of its own.
#include "autograd/shape.hpp"

#include <catch2/catch.hpp>

#include "autograd/ops.hpp"

using namespace rw;
using Catch::Matchers::Contains;

TEST_CASE("a shape grows, shrinks and compares as a vector does", "[shape]") {
  Shape shape{2, 3};
  shape.push_back(5);
  CHECK(shape == Shape{2, 3, 5});
  const std::size_t more[] = {7, 8};
  CHECK(*shape.insert(shape.begin() + 1, std::begin(more), std::end(more)) == 7);
  CHECK(shape == Shape{2, 7, 8, 3, 5});
  CHECK(*shape.erase(shape.begin() + 2) == 3);
  CHECK(shape == Shape{2, 7, 3, 5});
  shape.resize(1);
  CHECK(shape == Shape{2});
  shape.resize(3, 4);
  CHECK(shape == Shape{2, 4, 4});
  CHECK(shape != Shape{2, 4});
  CHECK(shape != Shape{2, 4, 5});
  CHECK(Shape(shape.rbegin(), shape.rend()) == Shape{4, 4, 2});
  shape.clear();
  CHECK(shape.empty());
  CHECK(shape == Shape{});
}

TEST_CASE("more axes than eight are named", "[shape]") {
  const auto message = Contains("[shape] at most 8 axes, got 9");
  Shape full(8, 1);
  CHECK_THROWS_WITH(full.push_back(1), message);
  CHECK(full == Shape(8, 1));
  CHECK_THROWS_WITH(full.insert(full.begin(), 1), message);
  CHECK_THROWS_WITH(Shape(9, 1), message);
  CHECK_THROWS_WITH((Shape{1, 1, 1, 1, 1, 1, 1, 1, 1}), message);
  const Tensor x = Array(full, 1);
  CHECK((x + x).shape() == full);
  CHECK_THROWS_WITH(stack({x, x}), message);
}

TEST_CASE("an array that was moved from can be made anew", "[shape]") {
  Array a(Shape{2, 3}, 1);
  const Tensor x = std::move(a);
  a.resize(Shape{2, 3});  // NOLINT: that is the point
  a.fill(2);
  CHECK((a == Array(Shape{2, 3}, 2)));
  CHECK((x.value() == Array(Shape{2, 3}, 1)));
}
