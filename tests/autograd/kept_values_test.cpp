// The tape keeps what derivatives read, and no more.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "autograd/gradcheck.hpp"
#include "autograd/pointwise.hpp"
#include "tests/autograd/formulas.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr auto gru = [](auto r, auto z, auto n, auto hr, auto hz, auto hn, auto h) {
  auto update = sigmoid(z + hz);
  return (1 - update) * tanh(n + sigmoid(r + hr) * hn) + update * h;
};

template <auto& formula, int n>
constexpr Trace trace = trace_of<std::remove_cvref_t<decltype(formula)>, n>();

// How many of the first n values does the reverse sweep read?
constexpr int read(const Trace& t, int n) {
  return static_cast<int>(std::count(t.needed.begin(), t.needed.begin() + n, true));
}

// How many arrays of the size of x does a tape keep when the results of f(x) are all that is left?
double kept(const std::function<Tensor(const Tensor&)>& f) {
  const Tensor x = parameter(Array(Shape{2, 3}, Scalar(0.5)));
  Tape tape;
  f(x);
  return static_cast<double>(tape.bytes()) / static_cast<double>(x.size() * sizeof(Scalar));
}

}  // namespace

TEST_CASE("the compiler tells which values the reverse sweep of a formula reads") {
  STATIC_REQUIRE(read(trace<lstm, 5>, 4) == 0);  // the gates: their sigmoids and tanh are kept
  STATIC_REQUIRE(trace<lstm, 5>.needed[4]);
  STATIC_REQUIRE(trace<lstm, 5>.n_saved == 5);
  STATIC_REQUIRE(read(trace<gru, 7>, 5) == 0);  // hn and h are factors
  STATIC_REQUIRE(read(trace<gru, 7>, 7) == 2);
  STATIC_REQUIRE(trace<gru, 7>.n_saved == 3);
}

TEST_CASE("what no derivative reads is let go") {
  CHECK(kept([](auto& x) { return x * 2; }) == 0);
  CHECK(kept([](auto& x) { return x + 1 + x - 3; }) == 0);
  CHECK(kept([](auto& x) { return tanh(x * 2); }) == 1);      // its result
  CHECK(kept([](auto& x) { return log(x * 2); }) == 1);       // its argument
  CHECK(kept([](auto& x) { return softplus(x * 2); }) == 1);  // its argument
  CHECK(kept([](auto& x) { return relu(x * 2); }) == 1);
  CHECK(kept([](auto& x) { return softmax(x * 2); }) == 1);
  CHECK(kept([](auto& x) { return exp(x) * sigmoid(x); }) == 2);
  CHECK(kept([](auto& x) { return sum(permute(reshape(x * 2, {3, 2}), {1, 0}), {0}); }) == 0);
  CHECK(kept([](auto& x) { return matmul(x * 2, Tensor(Array(Shape{3, 3}, Scalar(1)))); }) == 0);
}

TEST_CASE("a value that the user holds, or another rule reads, stays") {
  const Tensor x = parameter(Array(Shape{3}, Scalar(2)));
  Tape tape;
  const Tensor held = x * 3;
  const Tensor y = sum(tanh(held) + held * held);
  CHECK(held.value()(0) == 6);
  tape.backward(y);
  CHECK(x.grad().value()(0) == Approx(3 * (1 - std::pow(std::tanh(6.), 2) + 12)));
}

TEST_CASE("grad() and retain_grad() find a tensor whose value went by") {
  const Tensor x = parameter(Array(Shape{}, Scalar(2)));
  Tape tape;
  Tensor doubled = x * 2;
  doubled.retain_grad();
  const Tensor y = doubled * 3 + 1;
  CHECK(grad({y}, {doubled}, {}, {.retain_graph = true})[0].item() == 3);
  tape.backward(y);
  CHECK(doubled.grad().item() == 3);
}

TEST_CASE("a rule that reads a value which it did not keep is told so") {
  const Tensor x = parameter(Array(Shape{2}, Scalar(2)));
  Tape tape;
  const auto careless = [](const Tensor& a) {
    const Tensor y(a.value());
    record("careless", {&a, 1}, {&y, 1}, [](Rewinding& step) { step.add(0, step.cotangent() * step.variable(0)); });
    return y;
  };
  const Tensor y = sum(careless(x * 2));
  CHECK_THROWS_WITH(tape.backward(y), Contains("the value of this (2) was let go") && Contains("careless"));
}

TEST_CASE("a variable whose value was let go still knows its shape") {
  const Tensor x = parameter(Array(Shape{2, 3}, Scalar(2)));
  Tape tape;
  const Tensor doubled = [&] {
    const Tensor a = x * 2, y(a.value());
    record("look", {&a, 1}, {&y, 1}, [](Rewinding& step) {
      Tensor hollow = step.variable(0);
      CHECK(hollow.size() == 6);
      CHECK_THROWS_WITH(hollow.mutate(), Contains("let go"));
      step.add(0, step.cotangent());
    });
    return y;
  }();
  tape.backward(sum(doubled));
  CHECK(x.grad().value()(0, 0) == 2);
}

// The tape knows the gradient: it may be added to, but not in place, and who asked for it gets another tensor.
TEST_CASE("a gradient that is itself on the tape is not changed in place") {
  const Tensor x = parameter(Array(Shape{2}, Scalar(3)));
  Tensor y = parameter(Array(Shape{2}, Scalar(2)));
  y.set_grad(Tensor(Array(Shape{2}, Scalar(5))));
  {
    Tape tape;
    const Tensor a = x + y.grad();
    tape.backward(sum(a * y));
  }
  CHECK(y.grad().value()(0) == 5 + 3 + 5);
  CHECK(x.grad().value()(0) == 2);

  Tape tape;
  const Tensor h = -x;
  Tensors g = tape.grad({sum(tanh(h))}, {h, x}, {}, {.create_graph = true});
  g[0].mutate()(0) = 100;
  Tensor again = x;
  again.zero_grad();
  tape.backward(sum(g[1] * g[1]));  // g[1] = -(1 - tanh(x)^2)
  const double t = std::tanh(3.);
  CHECK(static_cast<double>(x.grad().value()(0)) == Approx(-4 * (1 - t * t) * (1 - t * t) * t).epsilon(1e-3));
}

TEST_CASE("what a rule keeps is counted once, also when it has become a variable") {
  const Tensor x = parameter(Array(Shape{100}, Scalar(0.5)));
  Tape tape;
  const Tensor y = pointwise([](auto a) { return tanh(a) * 2; }, x);
  CHECK(tape.bytes() == 2 * 100 * sizeof(Scalar));  // y, which is held, and tanh(x)
  const Tensor dx = grad({y}, {x}, {Tensor(Array(Shape{100}, Scalar(1)))}, {.create_graph = true})[0];
  CHECK(tape.bytes() == 4 * 100 * sizeof(Scalar));  // and dx, and 1 - tanh(x)^2
}

// Third derivatives: pieces of pieces.
TEST_CASE("derivatives of any order need no value that was let go") {
  const double at = 0.3, t = std::tanh(2 * at + 1);
  const double expected[] = {2 * (1 - t * t), -8 * t * (1 - t * t), 16 * (1 - t * t) * (3 * t * t - 1)};
  const Tensor x = parameter(Array(Shape{}, static_cast<Scalar>(at)));
  Tape tape;
  Tensor y = pointwise([](auto a, auto b) { return tanh(a + b); }, x * 2, Tensor(Scalar(1)));
  for (const double d : expected) {
    y = grad({y}, {x}, {}, {.create_graph = true})[0];
    CHECK(static_cast<double>(y.item()) == Approx(d).epsilon(1e-4));
  }
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradgradcheck where every argument was let go, and only blocks are read") {
  Rng rng(5);
  const Tensors x{parameter(rng.normal({2, 12})), parameter(rng.normal({3})), parameter(rng.normal({2, 1}))};
  const auto gone = [](const Tensor& t) { return t * 2 + t; };
  for (const unsigned constants : {0U, 1U, 2U, 4U, 3U, 6U}) {
    Tensors mixed;
    for (std::size_t i = 0; i < x.size(); ++i) mixed.push_back((constants >> i & 1) != 0 ? detach(x[i]) : x[i]);
    const auto f = [&](const Tensors& in) {
      const auto [h, c] = pointwise("lstm", lstm, columns<4>(gone(in[0])), gone(in[1]) + gone(in[2]));
      const Tensor u = pointwise([](auto p, auto q, auto r, auto s,
                                    auto b) { return sigmoid(tanh(p + b) * q - r) * s + exp(b) / (1 + exp(q)); },
                                 columns<4>(gone(in[0])), gone(in[2]));
      return Tensors{h * u, c};
    };
    const auto once = gradcheck("kept", f, mixed), twice = gradgradcheck("kept", f, mixed);
    INFO(constants << ": " << once.message << twice.message);
    CHECK((once.ok && twice.ok));
  }
}
#endif
