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

namespace {

double largest(const List& v) { return *std::max_element(v.begin(), v.end()); }

}  // namespace

TEST_CASE("reductions") {
  struct Axis {
    Shape shape;
    Axes axes;
    std::vector<std::size_t> plain;  // the same, from 0
  };
  const std::vector<Axis> all = {{Shape{2, 3}, {}, {}},
                                 {Shape{2, 3}, {0}, {0}},
                                 {Shape{2, 3}, {-1}, {1}},
                                 {Shape{2, 2, 3}, {1}, {1}},
                                 {Shape{2, 2, 3}, {2, 0}, {0, 2}},
                                 {Shape{2, 1, 3}, {-2}, {1}},
                                 {Shape{3, 2, 2, 2}, {1, 3}, {1, 3}},
                                 {Shape{3, 2, 2}, {0, 1}, {0, 1}},
                                 {Shape{}, {}, {}},
                                 {Shape{1}, {0}, {0}},
                                 {Shape{0, 2}, {1}, {1}},
                                 {Shape{19}, {}, {}}};
  for (const auto& [shape, axes, plain] : all)
    for (const bool keep : {false, true}) {
      const Axes over = axes;
      const std::size_t n =
          fold(plain, false, [](const List&) { return 0.0; })({{shape, List(count(shape))}})[0].v.size();
      const std::string name = " of " + to_string(shape) + (keep ? " keepdims" : "");
      check({"sum" + name, [=](X x) { return sum(x[0], over, keep); }, {{shape}}, fold(plain, keep, total)});
      check({"logsumexp" + name,
             [=](X x) { return logsumexp(x[0], over, keep); },
             {{shape}},
             fold(plain, keep, log_sum)});
      check(
          {"mean" + name, [=](X x) { return mean(x[0], over, keep); }, {{shape}}, fold(plain, keep, [](const List& v) {
             return total(v) / static_cast<double>(v.size());
           })});
      check({"max" + name, [=](X x) { return max(x[0], over, keep); }, {{shape}}, fold(plain, keep, largest)});
      if (n < count(shape) || n == 0)
        check({"var" + name, [=](X x) { return var(x[0], over, keep); }, {{shape}}, fold(plain, keep, variance)});
      if (keep) continue;
      check({"softmax" + name,
             [=](X x) { return softmax(x[0], over); },
             {{shape}},
             along(plain, [](double x, const List& v) { return std::exp(x - log_sum(v)); })});
      check({"log_softmax" + name,
             [=](X x) { return log_softmax(x[0], over); },
             {{shape}},
             along(plain, [](double x, const List& v) { return x - log_sum(v); })});
    }
  check({"sum of nothing", [](X x) { return sum(x[0], {0}); }, {{Shape{0, 2}}}, fold({0}, false, total)});
  check({"logsumexp of nothing", [](X x) { return logsumexp(x[0], {0}); }, {{Shape{0, 2}}}, fold({0}, false, log_sum)});
  check({"softmax of nothing", [](X x) { return softmax(x[0], {0}); }, {{Shape{0, 2}}}});
  check({"var, correction 0",
         [](X x) { return var(x[0], {-1}, false, 0); },
         {{Shape{2, 3}}},
         fold({1}, false, [](const List& v) { return variance(v) * 2 / 3; })});
  check({"sum_to a row", [](X x) { return sum_to(x[0], Shape{3}); }, {{Shape{2, 2, 3}}}, fold({0, 1}, false, total)});
  check({"sum_to a column", [](X x) { return sum_to(x[0], Shape{2, 1}); }, {{Shape{2, 3}}}, fold({1}, true, total)});
  check({"sum_to a scalar", [](X x) { return sum_to(x[0], Shape{}); }, {{Shape{2, 3}}}, fold({}, false, total)});
  check({"sum_to itself", [](X x) { return sum_to(x[0], Shape{2}); }, {{Shape{2}}}, fold({9}, false, total)});
}

TEST_CASE("masked_softmax") {
  // x[1] is the mask; a hidden element has no place in the sum.
  const Reference expected = [](const Plains& x) -> Plains {
    return {make(x[0].shape, [&](const Shape& c) {
      double total = 0;
      Shape other = c;
      for (other.back() = 0; other.back() < x[0].shape.back(); ++other.back())
        if (at(x[1], other) != 0) total += std::exp(at(x[0], other));
      return at(x[1], c) == 0 ? 0 : std::exp(at(x[0], c)) / total;
    })};
  };
  for (const auto& [x, mask] : std::vector<std::pair<Shape, Shape>>{{{2, 3}, {2, 3}},
                                                                    {{2, 3}, {3}},
                                                                    {{2, 3}, {2, 1}},
                                                                    {{2, 3}, {}},
                                                                    {{2, 2, 3}, {2, 1, 3}},
                                                                    {{2, 2, 2, 3}, {2, 1, 1, 3}},
                                                                    {{2, 3, 2, 2}, {2, 2}},
                                                                    {{2, 2, 19}, {2, 19}},
                                                                    {{0, 3}, {3}},
                                                                    {{2, 0, 3}, {2, 1, 3}},
                                                                    {{2, 0}, {2, 0}}})
    check({"masked_softmax of " + to_string(x) + " and " + to_string(mask),
           [](X in) { return masked_softmax(in[0], in[1]); },
           {{x}, {mask, Domain::mask}},
           expected});
  const Tensor x(Array(Shape{1, 3}, std::numeric_limits<Scalar>::quiet_NaN()));
  for (const Scalar p : masked_softmax(x, Scalar(0)).value()) CHECK(p == 0);  // hidden, a NaN is not seen
  CHECK_THROWS_WITH(masked_softmax(x, Array(Shape{2, 3})),
                    "[masked_softmax] mask (2, 3) does not broadcast to x (1, 3)");
}

TEST_CASE("a million elements are summed to the last digits") {
  const std::size_t n = 1'000'000;
  Rng rng(3);
  const Array a = rng.uniform(Shape{n}, 0, 1);
  const double exact = std::accumulate(a.data(), a.data() + n, 0.0);
  for (const Shape& shape : {Shape{n}, Shape{n, 1}, Shape{1, n}, Shape{1000, 1000}}) {
    const Tensor x = reshape(a, shape);
    CHECK(static_cast<double>(sum(x).item()) == Approx(exact).epsilon(1e-6));
    CHECK(static_cast<double>(sum(sum(x, {0})).item()) == Approx(exact).epsilon(1e-6));
  }
  const Tensor columns = sum(Tensor(Array(Shape{n / 4, 4}, Scalar(0.1))), {0});
  for (std::size_t c = 0; c < 4; ++c)
    CHECK(static_cast<double>(columns.value().data()[c]) == Approx(Scalar(0.1) * 250'000.0).epsilon(1e-6));
}

TEST_CASE("sums over any axes of many shapes") {  // tails of every width
  Rng rng(4);
  for (const std::size_t n : {1, 7, 8, 63, 64, 65, 130, 2049})
    for (const std::size_t inner : {1, 3, 64, 67}) {
      const Tensor x(rng.normal(Shape{2, n, inner}));
      const Tensor y = sum(x, {1});
      for (std::size_t o = 0; o < 2; ++o)
        for (std::size_t i = 0; i < inner; ++i) {
          double exact = 0;
          for (std::size_t k = 0; k < n; ++k) exact += static_cast<double>(x.value().data()[(o * n + k) * inner + i]);
          REQUIRE(static_cast<double>(y.value().data()[o * inner + i]) == Approx(exact).margin(2e-4));
        }
    }
}

namespace {

constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity();

Tensor vector(std::initializer_list<Scalar> values) {
  Array a(Shape{values.size()});
  std::copy(values.begin(), values.end(), a.data());
  return parameter(a);
}
Array gradient(const Tensor& x, const std::function<Tensor(const Tensor&)>& f) {
  Tape tape;
  return grad({sum(f(x))}, {x})[0].value();
}

}  // namespace

TEST_CASE("the softmax family is exact for large logits") {
  const Tensor x = vector({10000, 9999, -10000});
  const double p = 1 / (1 + std::exp(-1.0));
  const Tensor y = softmax(x), z = log_softmax(x);
  CHECK(static_cast<double>(y.value().data()[0]) == Approx(p).epsilon(1e-6));
  CHECK(static_cast<double>(y.value().data()[1]) == Approx(1 - p).epsilon(1e-6));
  CHECK(y.value().data()[2] == 0);
  CHECK(static_cast<double>(z.value().data()[0]) == Approx(std::log(p)).epsilon(1e-5));
  CHECK(z.value().data()[2] < -19999);
  CHECK(static_cast<double>(logsumexp(x).item()) == Approx(10000 - std::log(p)).epsilon(1e-6));
  CHECK(static_cast<double>(gradient(x, [](auto& t) { return logsumexp(t); }).data()[0]) == Approx(p).epsilon(1e-6));
  CHECK(static_cast<double>(logsumexp(vector({-10000, -10000})).item()) == Approx(-10000 + std::log(2.0)));
}

TEST_CASE("logsumexp and softmax of nothing but -inf") {
  const Tensor x = vector({-infinity, -infinity});
  CHECK(logsumexp(x).item() == -infinity);
  CHECK((gradient(x, [](auto& t) { return logsumexp(t); }) == Array(Shape{2}, Scalar(0))));
  CHECK((softmax(x).value() == Array(Shape{2}, Scalar(0))));
  CHECK((gradient(x, [](auto& t) { return softmax(t) * softmax(t); }) == Array(Shape{2}, Scalar(0))));
  CHECK(logsumexp(vector({-infinity, 0})).item() == 0);
  CHECK(logsumexp(vector({infinity, 0})).item() == infinity);
  CHECK(std::isnan(logsumexp(vector({std::numeric_limits<Scalar>::quiet_NaN(), 0})).item()));
}

TEST_CASE("max: ties share the derivative, NaN wins") {
  const Array g = gradient(vector({1, 3, 3, -2}), [](auto& t) { return max(t); });
  CHECK(std::vector<Scalar>(g.data(), g.data() + 4) == std::vector<Scalar>{0, Scalar(0.5), Scalar(0.5), 0});
  CHECK(std::isnan(max(vector({1, std::numeric_limits<Scalar>::quiet_NaN(), 3})).item()));
  CHECK(max(vector({-infinity, -infinity})).item() == -infinity);
}

TEST_CASE("reductions: errors") {
  const Tensor x(Array(Shape{2, 3}, Scalar(1))), nothing(Array(Shape{0, 2}));
  CHECK_THROWS_WITH(sum(x, {2}), "[sum] axis 2: expected -2 to 1");
  CHECK_THROWS_WITH(sum(x, {1, -1}), "[sum] axis -1 is named twice");
  CHECK_THROWS_WITH(max(nothing, {0}), "[max] x (0, 2): there is nothing to take the max of");
  CHECK_THROWS_WITH(mean(nothing), "[mean] x (0, 2): there is nothing to take the mean of");
  CHECK_THROWS_WITH(var(x, {}, false, 6), "[var] x (2, 3): 6 elements are too few for correction 6");
  CHECK_THROWS_WITH(softmax(Tensor(Scalar(1))), "[softmax] axis -1: a scalar has no axes");
  CHECK_THROWS_WITH(sum_to(x, Shape{2}),
                    "[sum_to] a (2) and b (2, 3) do not broadcast: sizes 2 and 3 of axis -1 differ");
  CHECK_THROWS_WITH(sum_to(x, Shape{4, 2, 3}), "[sum_to] (4, 2, 3) does not broadcast to x (2, 3)");
}
