#include "autograd/rng.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/check.hpp"

using namespace rw;

namespace {

struct Moments {
  double mean = 0, variance = 0, lowest = 1e9, highest = -1e9;
};
Moments moments(const Array& a) {
  Moments m;
  const double n = static_cast<double>(a.size());
  for (const Scalar v : a) {
    const double x = static_cast<double>(v);
    m.mean += x / n, m.lowest = std::min(m.lowest, x), m.highest = std::max(m.highest, x);
  }
  for (const Scalar v : a) m.variance += std::pow(static_cast<double>(v) - m.mean, 2) / n;
  return m;
}

}  // namespace

TEST_CASE("bits are those of the standard's mt19937_64") {
  Rng rng(5489);
  for (int i = 1; i < 10000; ++i) rng.bits();
  CHECK(rng.bits() == 9981545732273789042U);
}

TEST_CASE("the same seed gives the same numbers") {
  Rng a(7), b(7), c(8);
  CHECK((a.normal(Shape{33}) == b.normal(Shape{33})));
  CHECK((a.bernoulli(Shape{33}, 0.5, 2) == b.bernoulli(Shape{33}, 0.5, 2)));
  CHECK(a.bits() == b.bits());
  CHECK(a.bits() != c.bits());
}

TEST_CASE("distributions have their moments") {
  Rng rng(11);
  const std::size_t n = 200'001;
  const Moments u = moments(rng.uniform(Shape{n}, -1, 3));
  CHECK(u.mean == Approx(1).margin(0.02));
  CHECK(u.variance == Approx(16.0 / 12).margin(0.02));
  CHECK(u.lowest >= -1);
  CHECK(u.highest <= 3);
  const Moments z = moments(rng.normal(Shape{n}, 2, 3));
  CHECK(z.mean == Approx(2).margin(0.05));
  CHECK(z.variance == Approx(9).margin(0.15));
  CHECK(z.highest > 2 + 3 * 3.5);
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = rng.normal();
    sum += x, squares += x * x;
  }
  CHECK(sum / n == Approx(0).margin(0.01));
  CHECK(squares / n == Approx(1).margin(0.02));
}

TEST_CASE("bernoulli zeroes a share p") {
  Rng rng(12);
  for (const double p : {0.0, 0.1, 0.5, 0.9, 1.0}) {
    const Array a = rng.bernoulli(Shape{200'001}, p, 2.5);
    std::size_t zeros = 0, pairs = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      REQUIRE((a.data()[i] == 0 || a.data()[i] == Scalar(2.5)));
      zeros += a.data()[i] == 0;
      pairs += i > 0 && a.data()[i] == 0 && a.data()[i - 1] == 0;
    }
    CHECK(static_cast<double>(zeros) / 200'001 == Approx(p).margin(0.005));
    CHECK(static_cast<double>(pairs) / 200'000 == Approx(p * p).margin(0.005));  // neighbours are independent
  }
  CHECK(rng.bernoulli(Shape{0, 3}, 0.5, 1).size() == 0);
  CHECK_THROWS_WITH(rng.bernoulli(Shape{2}, 1.5, 1), "[bernoulli] probability 1.5: expected 0 to 1");
  CHECK_THROWS_AS(rng.bernoulli(Shape{2}, std::nan(""), 1), Error);
}

TEST_CASE("below covers its range evenly") {
  Rng rng(13);
  std::size_t seen[6] = {};
  for (int i = 0; i < 60'000; ++i) ++seen[rng.below(6)];
  for (const std::size_t n : seen) CHECK(static_cast<double>(n) == Approx(10'000).margin(400));
  CHECK(rng.below(1) == 0);
  CHECK_THROWS_WITH(rng.below(0), "[rng] below(0): there is no number below 0, the bound must be at least 1");
}

TEST_CASE("the state goes out and comes back exactly") {
  Rng a(21);
  for (int i = 0; i < 100; ++i) a.bits();
  const std::string state = a.state();
  Rng b(0);
  b.set_state(state);
  CHECK(b.state() == state);
  CHECK((a.normal(Shape{9}) == b.normal(Shape{9})));
  const std::string now = b.state();
  for (const std::string& bad : {std::string(), std::string("abc"), state.substr(0, state.size() / 2), state + " 7",
                                 state.substr(0, state.rfind(' ')) + " 999", state + "x"})
    CHECK_THROWS_AS(b.set_state(bad), Error);
  CHECK(b.state() == now);  // a bad state changes nothing
}
