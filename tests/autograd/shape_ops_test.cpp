#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "autograd/tape.hpp"
#include "tests/autograd/cases.hpp"

using namespace cases;
using namespace reference;
using namespace rw;
using X = const Tensors&;

TEST_CASE("shapes") {
  using S = Shape;
  const auto t = [](S c) { return S{c[1], c[0]}; };
  check({"reshape",
         [](X x) {
           return reshape(x[0], S{3, 2});
         },
         {{S{2, 3}}},
         pull(S{3, 2}, [](S c) {
           const std::size_t i = c[0] * 2 + c[1];
           return S{i / 3, i % 3};
         })});
  check({"reshape to a scalar", [](X x) { return reshape(x[0], S{}); }, {{S{1, 1}}}, pull(S{}, [](S) {
           return S{0, 0};
         })});
  check({"reshape of nothing", [](X x) { return reshape(x[0], S{0}); }, {{S{2, 0}}}, pull(S{0}, t)});
  check({"transpose", [](X x) { return transpose(x[0]); }, {{S{2, 3}}}, pull(S{3, 2}, t)});
  check({"transpose, tiles", [](X x) { return transpose(x[0], 1, 0); }, {{S{18, 1}}}, pull(S{1, 18}, t)});
  check({"transpose of nothing", [](X x) { return transpose(x[0]); }, {{S{2, 0}}}, pull(S{0, 2}, t)});
  check({"permute",
         [](X x) {
           return permute(x[0], {2, 0, 1});
         },
         {{S{2, 3, 2}}},
         pull(S{2, 2, 3}, [](S c) {
           return S{c[1], c[2], c[0]};
         })});
  check({"permute, last stays",
         [](X x) {
           return permute(x[0], {1, 0, -1});
         },
         {{S{2, 3, 2}}},
         pull(S{3, 2, 2}, [](S c) {
           return S{c[1], c[0], c[2]};
         })});
  check({"permute, four axes",
         [](X x) {
           return permute(x[0], {3, 1, 0, 2});
         },
         {{S{2, 3, 1, 2}}},
         pull(S{2, 3, 2, 1}, [](S c) {
           return S{c[2], c[1], c[3], c[0]};
         })});
  check({"permute of ones", [](X x) { return permute(x[0], {1, 0}); }, {{S{1, 1}}}, pull(S{1, 1}, t)});
  check({"slice", [](X x) { return slice(x[0], 0, 1, 3); }, {{S{4, 2}}}, pull(S{2, 2}, [](S c) {
           return S{c[0] + 1, c[1]};
         })});
  check({"slice of columns", [](X x) { return slice(x[0], -1, -3, -1); }, {{S{2, 4}}}, pull(S{2, 2}, [](S c) {
           return S{c[0], c[1] + 1};
         })});
  check({"slice with step", [](X x) { return slice(x[0], 1, 1, 5, 3); }, {{S{2, 5, 2}}}, pull(S{2, 2, 2}, [](S c) {
           return S{c[0], 1 + 3 * c[1], c[2]};
         })});
  check({"slice of the first axis with step",
         [](X x) { return slice(x[0], 0, 0, 3, 2); },
         {{S{3, 2}}},
         pull(S{2, 2}, [](S c) {
           return S{2 * c[0], c[1]};
         })});
  check({"slice to nothing", [](X x) { return slice(x[0], 0, 2, 2); }, {{S{3, 2}}}, pull(S{0, 2}, t)});
  check({"slice, all of it", [](X x) { return slice(x[0], 0, 0, 3); }, {{S{3}}}, pull(S{3}, [](S c) { return c; })});
  check({"select", [](X x) { return select(x[0], 1, -1); }, {{S{2, 3}}}, pull(S{2}, [](S c) { return S{c[0], 2}; })});
  check({"select of a row", [](X x) { return select(x[0], 0, 1); }, {{S{2, 3}}}, pull(S{3}, [](S c) {
           return S{1, c[0]};
         })});
  check({"select of a vector", [](X x) { return select(x[0], 0, 1); }, {{S{2}}}, pull(S{}, [](S) { return S{1}; })});
  check({"concat of rows",
         [](X x) { return concat(x); },
         {{S{1, 2}}, {S{2, 2}}, {S{0, 2}}},
         [](const Plains& x) -> Plains {
           return {make(S{3, 2}, [&](const S& c) { return c[0] == 0 ? x[0].v[c[1]] : at(x[1], S{c[0] - 1, c[1]}); })};
         }});
  check({"concat of columns",
         [](X x) { return concat(x, -1); },
         {{S{2, 1}}, {S{2, 2}}},
         [](const Plains& x) -> Plains {
           return {make(S{2, 3}, [&](const S& c) { return c[1] == 0 ? x[0].v[c[0]] : at(x[1], S{c[0], c[1] - 1}); })};
         }});
  check({"concat of itself",
         [](X x) {
           return concat({x[0], x[0]}, 1);
         },
         {{S{2, 2}}},
         pull(S{2, 4}, [](S c) {
           return S{c[0], c[1] % 2};
         })});
  for (const std::ptrdiff_t axis : {0, 1, 2, -1}) {
    const auto a = static_cast<std::size_t>(axis < 0 ? 2 : axis);
    S shape{2, 2};
    shape.push_back(2), std::swap(shape[a], shape[2]);
    check({"stack",
           [axis](X x) { return stack(x, axis); },
           {{S{2, 2}}, {S{2, 2}}},
           [=](const Plains& x) -> Plains {
             return {make(shape, [&](S c) {
               const std::size_t k = c[a];
               c.erase(c.begin() + static_cast<std::ptrdiff_t>(a));
               return at(x[k], c);
             })};
           }});
  }
  check({"stack of scalars", [](X x) { return stack(x); }, {{S{}}, {S{}}}});
  check({"split of rows",
         [](X x) { return split(x[0], 2); },
         {{S{4, 2}}},
         [](const Plains& x) -> Plains {
           return {{S{2, 2}, List(x[0].v.begin(), x[0].v.begin() + 4)},
                   {S{2, 2}, List(x[0].v.begin() + 4, x[0].v.end())}};
         }});
  check(
      {"split of columns, first unused", [](X x) { return split(x[0], 2, 1)[1]; }, {{S{2, 4}}}, pull(S{2, 2}, [](S c) {
         return S{c[0], c[1] + 2};
       })});
  check({"unbind",
         [](X x) { return unbind(x[0]); },
         {{S{2, 3}}},
         [](const Plains& x) -> Plains {
           return {{S{3}, List(x[0].v.begin(), x[0].v.begin() + 3)}, {S{3}, List(x[0].v.begin() + 3, x[0].v.end())}};
         }});
  check({"unbind, one used", [](X x) { return unbind(x[0])[1] * x[1]; }, {{S{3, 2}}, {S{2}}}});
  check({"unbind of ones", [](X x) { return unbind(x[0]); }, {{S{1, 1}}}});
  check({"unbind of empty rows", [](X x) { return unbind(x[0]); }, {{S{2, 0}}}});
  check({"expand a row",
         [](X x) {
           return expand(x[0], S{2, 3});
         },
         {{S{3}}},
         pull(S{2, 3}, [](S c) { return S{c[1]}; })});
  check({"expand a column",
         [](X x) {
           return expand(x[0], S{2, 3});
         },
         {{S{2, 1}}},
         pull(S{2, 3}, [](S c) {
           return S{c[0], 0};
         })});
  check({"expand both ends",
         [](X x) {
           return expand(x[0], S{2, 3, 2});
         },
         {{S{1, 3, 1}}},
         pull(S{2, 3, 2}, [](S c) {
           return S{0, c[1], 0};
         })});
  check({"expand a scalar", [](X x) { return expand(x[0], S{2, 2}); }, {{S{}}}, pull(S{2, 2}, [](S) { return S{}; })});
  check({"expand to nothing", [](X x) { return expand(x[0], S{0, 3}); }, {{S{1, 3}}}, pull(S{0, 3}, t)});
  check({"expand to a new axis of 1",
         [](X x) {
           return expand(x[0], S{1, 3});
         },
         {{S{3}}},
         pull(S{1, 3}, [](S c) { return S{c[1]}; })});
  check({"flip", [](X x) { return flip(x[0], {0}); }, {{S{3, 2}}}, pull(S{3, 2}, [](S c) {
           return S{2 - c[0], c[1]};
         })});
  check({"flip of two axes",
         [](X x) {
           return flip(x[0], {0, -1});
         },
         {{S{2, 2, 3}}},
         pull(S{2, 2, 3}, [](S c) {
           return S{1 - c[0], c[1], 2 - c[2]};
         })});
  check({"flip of nothing", [](X x) { return flip(x[0], {0}); }, {{S{0, 2}}}, pull(S{0, 2}, t)});
}

TEST_CASE("reshape, unbind and slices of the first axis share elements") {
  const Tensor x(Array(Shape{4, 3}, Scalar(2)));
  const Scalar* const start = x.value().data();
  CHECK(reshape(x, Shape{12}).value().data() == start);
  CHECK(unbind(x)[2].value().data() == start + 6);
  CHECK(slice(x, 0, 1, 3).value().data() == start + 3);
  CHECK(select(x, 0, -1).value().data() == start + 9);
  CHECK(split(x, 2)[1].value().data() == start + 6);
}

TEST_CASE("a long sequence is unbound and stacked in linear time") {  // by squares this would run for hours
  const std::size_t steps = 200'000;
  const Tensor x = parameter(Array(Shape{steps, 2, 2}, Scalar(1)));
  Tape tape;
  Tensors parts = unbind(x);
  parts.resize(steps / 2);
  const Tensor y = stack(parts);
  CHECK(tape.size() == 3);  // the leaf, unbind, stack
  tape.backward(sum(y * y));
  CHECK(x.grad().value().data()[0] == 2);
  CHECK(x.grad().value().data()[x.size() / 2 - 1] == 2);
  CHECK(x.grad().value().data()[x.size() / 2] == 0);
}

TEST_CASE("large permutations keep every element") {
  Array a(Shape{3, 37, 5, 50});
  std::iota(a.data(), a.data() + a.size(), Scalar(0));
  for (const Axes& order : {Axes{0, 3, 2, 1}, Axes{3, 2, 1, 0}, Axes{1, 0, 2, 3}, Axes{2, 3, 0, 1}, Axes{0, 2, 1, 3}}) {
    const Array y = permute(a, order).value();
    for (std::size_t i = 0; i < y.size(); ++i) {
      const Shape c = coordinates(i, y.shape());
      std::size_t place[4];
      for (std::size_t k = 0; k < 4; ++k) place[order[k]] = c[k];
      REQUIRE(y.data()[i] == a(place[0], place[1], place[2], place[3]));
    }
  }
}

TEST_CASE("shapes: errors") {
  const Tensor x(Array(Shape{2, 3}, Scalar(1))), scalar(Scalar(1));
  CHECK_THROWS_WITH(reshape(x, Shape{4}), "[reshape] x (2, 3) to (4): 6 and 4 elements");
  CHECK_THROWS_WITH(permute(x, {0}), "[permute] x (2, 3): expected 2 axes, got 1");
  CHECK_THROWS_WITH(permute(x, {0, 0}), "[permute] axis 0 is named twice");
  CHECK_THROWS_WITH(slice(x, 1, 2, 5), "[slice] 2 to 5 of axis 1 of x (2, 3): expected 0 <= start <= stop <= 3");
  CHECK_THROWS_WITH(slice(x, 1, 2, 1), "[slice] 2 to 1 of axis 1 of x (2, 3): expected 0 <= start <= stop <= 3");
  CHECK_THROWS_WITH(slice(x, 1, 0, 3, 0), "[slice] step 0: expected at least 1; flip() reverses an axis");
  CHECK_THROWS_WITH(concat({}), "[concat] expected at least one part, got none");
  CHECK_THROWS_WITH(concat({x, Tensor(Array(Shape{2, 2}))}),
                    "[concat] part 1 (2, 2) and part 0 (2, 3): sizes may differ in axis 0 only");
  CHECK_THROWS_WITH(concat({x, scalar}), "[concat] part 1 () and part 0 (2, 3): sizes may differ in axis 0 only");
  CHECK_THROWS_WITH(stack({x, scalar}), "[stack] part 1: expected (2, 3), got ()");
  CHECK_THROWS_WITH(split(x, 2, 1), "[split] axis 1 of x (2, 3) does not split into 2 equal parts");
  CHECK_THROWS_WITH(unbind(scalar), "[unbind] x (): a scalar has no axes");
  CHECK_THROWS_WITH(select(x, 1, 3), "[select] index 3: expected -3 to 2, axis 1 of x (2, 3)");
  CHECK_THROWS_WITH(expand(x, Shape{2, 4}),
                    "[expand] a (2, 3) and b (2, 4) do not broadcast: sizes 3 and 4 of axis -1 differ");
  CHECK_THROWS_WITH(expand(x, Shape{3}), "[expand] x (2, 3) does not broadcast to (3)");
}

TEST_CASE("one_hot") {
  IndexArray i(Shape{2, 1});
  i(0, 0) = 2, i(1, 0) = 0;
  CHECK((one_hot(i, 3).value() == Array{{{0, 0, 1}}, {{1, 0, 0}}}));
  CHECK(one_hot(IndexArray(Shape{0, 2}), 3).shape() == Shape{0, 2, 3});
  CHECK_THROWS_WITH(one_hot(i, 2), Catch::Matchers::Contains("[one_hot] index 2 at (0, 0): expected 0 <= index < 2"));
}
