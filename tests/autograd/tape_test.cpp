#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <sstream>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/record.hpp"
#include "autograd/tape.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

Tensor leaf(std::initializer_list<Scalar> values) {
  Array a(Shape{values.size()});
  std::copy(values.begin(), values.end(), a.data());
  return parameter(std::move(a));
}

}  // namespace

TEST_CASE("backward fills the gradients of leaves") {
  const Tensor x = leaf({1, 2, 3}), w = leaf({4, 5, 6});
  Tape tape;
  tape.backward(sum(x * w));
  CHECK(x.grad().value() == w.value());
  CHECK(w.grad().value() == x.value());
}

TEST_CASE("backward adds to what is there") {
  const Tensor x = leaf({2});
  for (int i = 0; i < 2; ++i) {
    Tape tape;
    tape.backward(x * x);
  }
  CHECK(x.grad().item() == 8);
}

TEST_CASE("nothing is recorded without a tape, while paused, or for constants") {
  const Tensor x = leaf({2}), c = Array(Shape{1}, Scalar(3));
  CHECK_FALSE((x * x).requires_grad());
  Tape tape;
  CHECK_FALSE((c * c).requires_grad());
  {
    const Pause pause;
    CHECK_FALSE((x * x).requires_grad());
  }
  CHECK(tape.size() == 0);
  CHECK((x * c).requires_grad());
  CHECK(tape.size() == 2);  // the leaf and the product
}

TEST_CASE("arrays and numbers mix with tensors") {
  const Array a(Shape{2}, Scalar(3));
  const Tensor x = leaf({1, 2});
  Tape tape;
  const Tensor y = a * (x - a) + a / x + (a + x) * Scalar(2) - (x * a) / a;
  tape.backward(sum(y));
  CHECK(x.grad().value()(0) == Approx(3 - 3 + 2 - 1));
  CHECK(y.value()(1) == Approx(-3 + 1.5 + 10 - 2));
}

TEST_CASE("a result keeps its gradient only when asked") {
  const Tensor x = leaf({3});
  Tape tape;
  Tensor y = x * x, z = y * x;
  y.retain_grad();
  tape.backward(z * z);
  CHECK(y.grad().item() == 2 * 27 * 3);
  CHECK_FALSE(z.grad().defined());
}

TEST_CASE("grad leaves grad() alone, and gives zeros where nothing depends") {
  const Tensor x = leaf({3}), unused = leaf({1, 1});
  Tape tape;
  const Tensor y = x * x * x;
  const auto g = grad({y}, {x, unused});
  CHECK(g[0].item() == 27);
  CHECK(g[1].shape() == Shape{2});
  CHECK(g[1].value()(0) == 0);
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("grad with respect to a result on the tape") {
  const Tensor x = leaf({3});
  Tape tape;
  const Tensor y = x * x, z = y * y * x;
  CHECK(grad({z}, {y})[0].item() == 2 * 9 * 3);
}

TEST_CASE("create_graph: derivatives of any order") {
  const Tensor x = leaf({2});
  Tape tape;
  Tensor y = x * x * x * x;
  const Scalar expected[] = {32, 48, 48, 24, 0};
  for (const Scalar d : expected) {
    if (!y.requires_grad()) {
      CHECK(d == 0);
      break;
    }
    y = grad({y}, {x}, {}, {.create_graph = true})[0];
    CHECK(y.item() == Approx(d));
  }
}

TEST_CASE("a leaf's gradient shares its elements with nothing") {
  const Tensor a = leaf({1, 2}), b = leaf({3, 4});
  Tape tape;
  tape.backward(sum(a + b));
  Tensor g = a.grad();
  g.mutate().fill(7);
  CHECK(b.grad().value()(0) == 1);
}

TEST_CASE("a second backward is an error unless the graph was retained") {
  const Tensor x = leaf({2});
  Tape tape;
  Tensor y = x * x;
  tape.backward(y, {.retain_graph = true});
  tape.backward(y);
  CHECK(x.grad().item() == 8);
  CHECK_THROWS_WITH(tape.backward(y), Contains("rewound already") && Contains("retain_graph"));
  y = x * x;  // the tape goes on
  tape.backward(y);
  CHECK(x.grad().item() == 12);
}

TEST_CASE("a tensor of a dead tape is an error that says what to do") {
  const Tensor x = leaf({2});
  Tensor state;
  {
    Tape tape;
    state = tanh(x);
  }
  CHECK((state * state).item() == Approx(std::pow(std::tanh(2.), 2)));  // without a tape it is only a value
  Tape tape;
  CHECK_THROWS_WITH(state * x, Contains("[mul] input 0 (1), a result of 'tanh'") && Contains("detach"));
  CHECK_NOTHROW(detach(state) * x);
}

TEST_CASE("a tensor of an outer tape is an error inside an inner one") {
  const Tensor x = leaf({2});
  Tape outer;
  const Tensor y = x * x;
  {
    Tape inner;
    CHECK_THROWS_WITH(y * x, Contains("outer tape"));
    inner.backward(x * x);
  }
  outer.backward(y * x);  // the leaf works on both
  CHECK(x.grad().item() == 4 + 12);
}

TEST_CASE("changing a recorded tensor in place is an error") {
  Tensor x = leaf({2});
  Tape tape;
  const Tensor y = x * x;
  x.mutate()(0) = 5;
  CHECK_THROWS_WITH(tape.backward(y), Contains("[mul]") && Contains("changed in place"));
}

TEST_CASE("wrong outputs and cotangents") {
  const Tensor x = leaf({1, 2});
  Tape tape;
  const Tensor y = x * x;
  CHECK_THROWS_WITH(tape.backward(y), Contains("output 0 (2)") && Contains("cotangent"));
  CHECK_THROWS_WITH(tape.backward(y, leaf({1, 2, 3})), Contains("expected (2), got (3)"));
  CHECK_THROWS_WITH(tape.backward(Tensor(Scalar(1))), Contains("not recorded"));
  const Pause pause;
  CHECK_THROWS_WITH(grad({y}, {x}), Contains("no tape"));
}

TEST_CASE("a wrong rule's shape is reported") {
  const Tensor x = leaf({1, 2});
  Tape tape;
  const Tensor y = record("wrong", Array(Shape{2}, Scalar(1)), wrt(x, [](auto& dy) { return sum(dy); }));
  CHECK_THROWS_WITH(tape.backward(sum(y)), Contains("[wrong]") && Contains("expected (2), got ()"));
}

TEST_CASE("print, scopes, size and bytes") {
  const Tensor x = leaf({1, 2});
  Tape tape;
  {
    const Scope layer("lstm");
    for (int t = 0; t < 2; ++t) {
      const Scope step("t", t);
      tanh(x * Scalar(2));
    }
  }
  std::ostringstream text;
  tape.print(text);
  CHECK(tape.size() == 5);
  CHECK(tape.bytes() == 2 * 2 * sizeof(Scalar));  // the results of tanh
  CHECK_THAT(text.str(), Contains("%0     = leaf()"));
  CHECK_THAT(text.str(), Contains("%1     = mul(%0, const)") && Contains("lstm/t=0"));
  CHECK_THAT(text.str(), Contains("%4     = tanh(%3)") && Contains("lstm/t=1"));
  CHECK_THAT(tape.to_dot(), Contains("digraph tape") && Contains("n3 -> n4;"));
  CHECK_THAT(tape.to_dot(), Contains("subgraph cluster_1 {\n  label=\"t=1\";\n  n3 [label=\"mul\\n(2)\"];"));
  tape.clear();
  CHECK(tape.size() == 0);
  CHECK(tape.bytes() == 0);
}

TEST_CASE("anomaly mode names the first operation that makes a NaN or Inf") {
  const AnomalyMode anomaly;
  const Tensor x = leaf({0, 1});
  Tape tape;
  const Scope scope("here");
  CHECK_THROWS_WITH(log(x),
                    Contains("[log] result (2) has -inf at element 0") && Contains("'here'") && Contains("inputs (2)"));
  const Tensor y = sqrt(x);  // finite, but its derivative is not
  CHECK_THROWS_WITH(tape.backward(sum(y)), Contains("[sqrt] gradient (2)") && Contains("'here'"));
}

TEST_CASE("a weight used at many steps gathers its products in one") {
  Rng rng(3);
  const Tensor w = parameter(rng.normal({4, 4})), x = rng.normal({2, 4});
  Tensor h = x;
  Tape tape;
  for (int t = 0; t < 5; ++t) h = tanh(affine(h, w, Tensor()));
  const Tensor loss = sum(h * h);
  const Tensor composed = grad({loss}, {w}, {}, {.create_graph = true})[0];  // product by product
  tape.backward(loss);
  for (std::size_t i = 0; i < w.size(); ++i)
    CHECK(w.grad().value().data()[i] == Approx(composed.value().data()[i]).epsilon(1e-5).margin(1e-6));
}

// The ctest run of this case has a stack of 256 KiB.
TEST_CASE("a chain of a million operations is built, rewound and freed", "[deep]") {
  const Tensor x = leaf({1});
  Tape tape;
  Tensor y = x;
  for (int i = 0; i < 1'000'000; ++i) y = y + Scalar(1e-6);
  CHECK(tape.size() == 1'000'001);
  tape.backward(y);
  CHECK(x.grad().item() == 1);
}

// a + b hands one cotangent to both.
TEST_CASE("a gradient that is handed out is nobody else's", "[tape]") {
  const Tensor a = parameter(Array(Shape{2}, 1)), b = parameter(Array(Shape{2}, 2)), dy = Array(Shape{2}, 5);
  const bool create_graph = GENERATE(false, true);
  CAPTURE(create_graph);
  const auto halve = [](Tensor& x) {
    for (Scalar& g : x.mutate()) g /= 2;
  };
  const auto check_apart = [&](Tensors gradients) {
    for (Tensor& gradient : gradients) halve(gradient);
    for (const Tensor& gradient : gradients) CHECK((gradient.value() == Array(Shape{2}, Scalar(2.5))));
    CHECK((dy.value() == Array(Shape{2}, 5)));
  };
  {
    Tape tape;
    const Tensor s = a + b;
    check_apart(tape.grad({s + Tensor(0)}, {s, a, b}, {dy}, {.create_graph = create_graph}));
  }
  Tape tape;
  tape.backward(a + b, dy, {.create_graph = create_graph});
  check_apart({a.grad(), b.grad()});
  for (Tensor x : {a, b}) x.zero_grad();
}

TEST_CASE("a handed-out gradient can be differentiated", "[tape]") {
  const Tensor a = parameter(Array(Shape{}, 3)), b = parameter(Array(Shape{}, 4));
  Tape tape;
  const Tensor s = a + b;
  const Tensors first = tape.grad({s * s * s}, {s, a, b}, {}, {.create_graph = true});
  const Tensors second = tape.grad({first[1] * first[2]}, {a, b});  // (3 s^2)^2 -> 36 s^3
  for (const Tensor& x : second) CHECK(x.item() == 36 * 343);
}

TEST_CASE("after an error in a rule the tape is used up", "[tape]") {
  const Tensor x = parameter(Array(Shape{2}, 1));
  bool fails = true;
  Tape tape;
  const Tensor y = record("moody", Array(x.value()), wrt(x, [&fails](auto& dy) {
                            if (fails) fail("moody", "not today");
                            return dy;
                          }));
  const Tensor loss = sum(y);
  CHECK_THROWS_WITH(tape.backward(loss, {.retain_graph = true}), Contains("not today"));
  CHECK_THROWS_WITH(tape.backward(loss), Contains("not today"));
  fails = false;
  CHECK_THROWS_WITH(tape.backward(loss), Contains("this tape was rewound already"));
  tape.backward(sum(x * x));  // it records anew
  CHECK((x.grad().value() == Array(Shape{2}, 2)));
}
