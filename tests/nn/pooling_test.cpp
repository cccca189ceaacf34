// Pooling over the real steps, wherever they stand.
#include "nn/pooling.hpp"

#include <limits>

#include "autograd/gradcheck.hpp"
#include "tests/nn/support.hpp"

using namespace rw;

namespace {

constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity(),
                 not_a_number = std::numeric_limits<Scalar>::quiet_NaN();

// (T, B) with at least one real step a sequence.
Array random_mask(std::size_t T, std::size_t B, Rng& rng) {
  Array real = rng.bernoulli({T, B}, 0.5, 1);
  for (std::size_t b = 0; b < B; ++b) real(rng.below(T), b) = 1;
  return real;
}

struct Pooled {
  Array last, max, mean;  // (B, D)
};
Pooled by_loops(const Array& x, const Array& real) {
  const std::size_t T = x.shape()[0], B = x.shape()[1], D = x.shape()[2];
  Pooled y{Array(Shape{B, D}), Array(Shape{B, D}, -infinity), Array(Shape{B, D}, 0)};
  for (std::size_t b = 0; b < B; ++b)
    for (std::size_t d = 0; d < D; ++d) {
      Scalar n = 0;
      for (std::size_t t = 0; t < T; ++t) {
        if (real(t, b) == 0) continue;
        y.last(b, d) = x(t, b, d), y.max(b, d) = std::max(y.max(b, d), x(t, b, d)), y.mean(b, d) += x(t, b, d), ++n;
      }
      y.mean(b, d) /= n;
    }
  return y;
}

}  // namespace

TEST_CASE("pooling over the real steps is its loops, whatever the padding holds") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    const std::size_t T = 1 + rng.below(6), B = 1 + rng.below(4), D = 1 + rng.below(5);
    Array x = rng.normal({T, B, D});
    const Array real = random_mask(T, B, rng);
    const nn::Mask mask(real);
    const Pooled expected = by_loops(x, real), whole = by_loops(x, Array(Shape{T, B}, 1));
    CHECK((nn::last_step(x).value() == whole.last));
    CHECK((nn::max_over_time(x).value() == whole.max));
    check_close(nn::mean_over_time(x).value(), whole.mean);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (real.data()[i / D] == 0) x.data()[i] = rng.below(2) == 0 ? not_a_number : infinity;
    const Tensor variable = parameter(x);
    Tape tape;
    const Tensor last = nn::last_step(variable, mask), max = nn::max_over_time(variable, mask),
                 mean = nn::mean_over_time(variable, mask);
    CHECK((last.value() == expected.last));
    CHECK((max.value() == expected.max));
    check_close(mean.value(), expected.mean);
    const Array dx = tape.grad({sum(last + max * max + mean * mean)}, {variable})[0].value();
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK((real.data()[i / D] == 0 ? dx.data()[i] == 0 : std::isfinite(dx.data()[i])));
  }
}

TEST_CASE("the gradient of pooling goes to the real steps") {
  const Array real = [] {
    Array m(Shape{3, 1}, 1);
    m(2, 0) = 0;
    return m;
  }();
  Array values(Shape{3, 1, 1});
  values(0, 0, 0) = 5, values(1, 0, 0) = 2, values(2, 0, 0) = 9;
  const Tensor x = parameter(values);
  const auto gradient = [&](auto pool) {
    Tape tape;
    const Array g = tape.grad({sum(pool(x, nn::Mask(real)))}, {x})[0].value();
    return std::vector<Scalar>(g.begin(), g.end());
  };
  CHECK(gradient(nn::last_step) == std::vector<Scalar>{0, 1, 0});
  CHECK(gradient(nn::max_over_time) == std::vector<Scalar>{1, 0, 0});
  CHECK(gradient(nn::mean_over_time) == std::vector<Scalar>{Scalar(0.5), Scalar(0.5), 0});
}

TEST_CASE("the padding of pooling is no anomaly") {
  Array x(Shape{2, 1, 1}, -3), real(Shape{2, 1}, 1);
  real(1, 0) = 0;
  const AnomalyMode watched;
  CHECK(nn::max_over_time(x, nn::Mask(real)).item() == -3);
}

TEST_CASE("attention takes the mean by what the real steps are worth, whatever the padding holds") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    const std::size_t T = 1 + rng.below(6), B = 1 + rng.below(4), D = 1 + rng.below(5);
    const nn::AttentionPooling pool(D, rng);
    Array x = rng.normal({T, B, D});
    const Array real = random_mask(T, B, rng);
    const Array scores = matmul(tanh(pool.key(x)), pool.v).value();  // (T, B, 1)
    Array expected(Shape{B, D}, 0), worth(Shape{B, 1, T}, 0);
    for (std::size_t b = 0; b < B; ++b) {
      Scalar total = 0;
      for (std::size_t t = 0; t < T; ++t) total += real(t, b) * std::exp(scores(t, b, 0));
      for (std::size_t t = 0; t < T; ++t) {
        worth(b, 0, t) = real(t, b) * std::exp(scores(t, b, 0)) / total;
        for (std::size_t d = 0; d < D; ++d) expected(b, d) += worth(b, 0, t) * x(t, b, d);
      }
    }
    for (std::size_t i = 0; i < x.size(); ++i)
      if (real.data()[i / D] == 0) x.data()[i] = rng.below(2) == 0 ? not_a_number : infinity;
    const nn::Mask mask(real);
    check_close(pool(x, mask).value(), expected);
    check_close(pool.weights(x, mask).value(), worth);
    const Tensor variable = parameter(x);
    Tape tape;
    const Array dx = tape.grad({sum(pool(variable, mask))}, {variable})[0].value();
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK((real.data()[i / D] == 0 ? dx.data()[i] == 0 : std::isfinite(dx.data()[i])));
  }
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of pooling") {
  Rng rng(3);
  const Tensors inputs{parameter(rng.normal({4, 3, 2}))};
  const nn::Mask mask(random_mask(4, 3, rng));
  const auto check = [&](const char* name, auto pool) {
    const auto f = [&](const Tensors& x) { return pool(x[0], mask); };
    for (const auto& result : {gradcheck(name, f, inputs), gradgradcheck(name, f, inputs)}) {
      INFO(result.message);
      CHECK(result.ok);
    }
  };
  check("last_step", nn::last_step);
  check("max_over_time", nn::max_over_time);
  check("mean_over_time", nn::mean_over_time);

  const nn::AttentionPooling pool(2, rng);
  const auto attention = [&](const Tensors& x) {
    nn::AttentionPooling copy = pool;
    copy.key = {}, copy.key.weight = x[1], copy.key.bias = x[2], copy.v = x[3];
    return copy(x[0], mask);
  };
  const Tensors all{inputs[0], pool.key.weight, pool.key.bias, pool.v};
  for (const auto& result : {gradcheck("attention", attention, all), gradgradcheck("attention", attention, all)}) {
    INFO(result.message);
    CHECK(result.ok);
  }
}
#endif

TEST_CASE("what cannot be pooled is named") {
  Array real(Shape{2, 2}, 1);
  real(0, 1) = real(1, 1) = 0;
  const Array x(Shape{2, 2, 3}, 0);
  CHECK_THROWS_WITH(nn::last_step(x, nn::Mask(real)), "[last_step] sequence 1 of 2 has no real step");
  CHECK_THROWS_WITH(nn::max_over_time(x, nn::Mask(real)), "[max_over_time] sequence 1 of 2 has no real step");
  CHECK_THROWS_WITH(nn::mean_over_time(x, nn::Mask(real)), "[mean_over_time] sequence 1 of 2 has no real step");
  CHECK_THROWS_WITH(nn::mean_over_time(Array(Shape{0, 2, 3})), "[mean_over_time] sequence 0 of 2 has no real step");
  Rng rng(4);
  CHECK_THROWS_WITH(nn::AttentionPooling(3, rng)(x, nn::Mask(real)),
                    "[attention_pooling] sequence 1 of 2 has no real step");
  CHECK_THROWS_WITH(nn::last_step(Array(Shape{2, 3})), "[last_step] x (T, B, D): expected 3 axes, got (2, 3)");
  CHECK_THROWS_WITH(nn::last_step(x, nn::Mask(Array(Shape{2, 1}, 1))), "[last_step] mask: expected (2, 2), got (2, 1)");
}
