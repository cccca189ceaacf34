// exp, tanh and sigmoid in float against the C library's in double, over all floats: every 4001st bit pattern, so
// zeros, subnormals, infinities and NaN are among them.
#include "autograd/simd_math.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <limits>

#ifndef REWIND_DOUBLE

using namespace rw;

namespace {

struct Errors {
  double relative = 0;    // largest, where the true value is not tiny
  double tiny = 0;        // largest absolute error where it is
  std::size_t wrong = 0;  // NaN or infinite where the true value is not, or not where it is
};

// f on registers, g on double; values below `least` are tiny.
template <class F, class G>
Errors errors_of(F f, G g, double least) {
  Errors errors;
  const auto look = [&](float x, float y) {
    const double truth = g(static_cast<double>(x)), error = std::abs(y - truth);
    const auto rounded = static_cast<float>(truth);
    if (std::isfinite(rounded) != std::isfinite(y) || std::isnan(rounded) != std::isnan(y)) ++errors.wrong;
    if (!std::isfinite(rounded)) return;
    double& largest = std::abs(truth) < least ? errors.tiny : errors.relative;
    largest = std::max(largest, std::abs(truth) < least ? error : error / std::abs(truth));
  };
  constexpr std::uint64_t stride = 4001, all = std::uint64_t{1} << 32;
  std::array<float, Lanes::size> x, y;
  for (std::uint64_t bits = 0; bits < all; bits += stride * Lanes::size) {
    for (std::size_t i = 0; i < Lanes::size; ++i)
      x[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits + i * stride));
    f(Lanes::load(x.data())).store(y.data());
    for (std::size_t i = 0; i < Lanes::size; ++i) look(x[i], y[i]);
  }
  return errors;
}

template <class F>
float at(F f, float x) {
  std::array<float, Lanes::size> y;
  f(Lanes(x)).store(y.data());
  return y[0];
}

constexpr float infinity = std::numeric_limits<float>::infinity();

}  // namespace

TEST_CASE("exp over all floats", "[simd]") {
  const auto f = [](Lanes x) { return exp(x); };
  const Errors errors = errors_of(
      f, [](double x) { return std::exp(x); }, 1.7e-38);
  CHECK(errors.relative < 1e-7);
  CHECK(errors.tiny < 1.7e-38);
  CHECK(errors.wrong == 0);
  CHECK(at(f, 0) == 1);
  CHECK(at(f, -infinity) == 0);
  CHECK(at(f, infinity) == infinity);
  CHECK(at(f, 88.72283f) < infinity);  // the last before it
  CHECK(at(f, 88.72284f) == infinity);
  CHECK(std::isnan(at(f, NAN)));
}

TEST_CASE("tanh over all floats", "[simd]") {
  const auto f = [](Lanes x) { return tanh(x); };
  const Errors errors = errors_of(
      f, [](double x) { return std::tanh(x); }, 1e-37);
  CHECK(errors.relative < 3.2e-7);
  CHECK(errors.tiny < 1e-43);
  CHECK(errors.wrong == 0);
  CHECK(at(f, 0) == 0);
  CHECK(at(f, infinity) == Approx(1).epsilon(3.2e-7));
  CHECK(at(f, -infinity) == Approx(-1).epsilon(3.2e-7));
  CHECK(std::isnan(at(f, NAN)));
}

TEST_CASE("sigmoid over all floats", "[simd]") {
  const auto f = [](Lanes x) { return sigmoid(x); };
  const Errors errors = errors_of(
      f, [](double x) { return 1 / (1 + std::exp(-x)); }, 1.2e-38);
  CHECK(errors.relative < 1.8e-7);
  CHECK(errors.tiny < 1.2e-38);
  CHECK(errors.wrong == 0);
  CHECK(at(f, 0) == 0.5f);
  CHECK(at(f, infinity) == 1);
  CHECK(at(f, -infinity) == 0);
  CHECK(std::isnan(at(f, NAN)));
}

#endif
