#include "nn/attention.hpp"

#include <cmath>
#include <limits>

#include "tests/nn/gradients.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t T = 3, S = 4, B = 2, Q = 5, D = 5, A = 6;

// The weighted mean of the values of the steps that are seen, weights exp(score) / total.
void check_attended(const nn::Attended& found, const Array& scores, const Array& values, const nn::Mask& mask) {
  for (std::size_t b = 0; b < B; ++b)
    for (std::size_t t = 0; t < T; ++t) {
      const auto seen = [&](std::size_t s) { return !mask.padded() || mask.real().value()(s, b, 0) != 0; };
      double total = 0;
      for (std::size_t s = 0; s < S; ++s)
        if (seen(s)) total += std::exp(static_cast<double>(scores(b, t, s)));
      for (std::size_t d = 0; d < D; ++d) {
        double expected = 0;
        for (std::size_t s = 0; s < S; ++s)
          if (seen(s))
            expected += std::exp(static_cast<double>(scores(b, t, s))) / total * static_cast<double>(values(s, b, d));
        CHECK(static_cast<double>(found.output.value()(t, b, d)) == Approx(expected).margin(1e-5));
      }
    }
}

template <class Attention>
void check_kind() {
  INFO(Attention::name);
  Rng rng(1);
  const Attention attention(Q, D, A, rng);
  const Array queries = rng.normal({T, B, Q}), sequence = rng.normal({S, B, D});
  for (const nn::Mask& mask : {nn::Mask(), nn::mask_of_lengths(indices({4, 2}), S)}) {
    const nn::Memory memory = attention.remember(sequence, mask);
    const Tensor scores = attention.score(queries, memory.keys);
    CHECK(scores.shape() == Shape{B, T, S});
    check_attended(nn::attend(attention, queries, memory), scores.value(), sequence, mask);
#ifdef REWIND_DOUBLE
    check_gradients(Attention::name, attention, {parameter(queries), parameter(sequence)},
                    [&](const Attention& own, const Tensors& x) {
                      const nn::Attended found = nn::attend(own, x[0], own.remember(x[1], mask));
                      return found.output + sum(found.weights * found.weights);
                    });
#endif
  }
}

}  // namespace

TEST_CASE("attention is a weighted mean of what is seen") {
  check_kind<nn::DotAttention>();
  check_kind<nn::ScaledDotAttention>();
  check_kind<nn::GeneralAttention>();
  check_kind<nn::AdditiveAttention>();
}

TEST_CASE("the scores are their formulas") {
  Rng rng(2);
  const Array q = rng.normal({1, 1, Q}), k = rng.normal({1, 1, D});
  const auto score = [&](const auto& attention) {
    return static_cast<double>(attention.score(q, attention.remember(k).keys).item());
  };
  double dot = 0;
  for (std::size_t i = 0; i < Q; ++i) dot += static_cast<double>(q.data()[i]) * static_cast<double>(k.data()[i]);
  CHECK(score(nn::DotAttention(Q, D, A, rng)) == Approx(dot).margin(1e-5));
  CHECK(score(nn::ScaledDotAttention(Q, D, A, rng)) == Approx(dot / std::sqrt(5.)).margin(1e-5));

  const nn::GeneralAttention general(Q, D, A, rng);
  double bilinear = 0;
  for (std::size_t i = 0; i < Q; ++i)
    for (std::size_t j = 0; j < D; ++j)
      bilinear += static_cast<double>(q.data()[i]) * static_cast<double>(general.weight.value()(i, j)) *
                  static_cast<double>(k.data()[j]);
  CHECK(score(general) == Approx(bilinear).margin(1e-5));

  const nn::AdditiveAttention additive(Q, D, A, rng);
  double expected = 0;
  for (std::size_t a = 0; a < A; ++a) {
    auto hidden = static_cast<double>(additive.query.bias.value()(a));
    for (std::size_t i = 0; i < Q; ++i)
      hidden += static_cast<double>(additive.query.weight.value()(a, i)) * static_cast<double>(q.data()[i]) +
                static_cast<double>(additive.key_weight.value()(a, i)) * static_cast<double>(k.data()[i]);
    expected += static_cast<double>(additive.v.value()(a, 0)) * std::tanh(hidden);
  }
  CHECK(score(additive) == Approx(expected).margin(1e-5));
}

TEST_CASE("what a mask hides, NaN included, changes nothing; a query that sees nothing gets zeros") {
  Rng rng(3);
  Array sequence = rng.normal({S, B, D});
  const nn::Mask mask = nn::mask_of_lengths(indices({4, 2}), S);
  for (const std::string& name : nn::attention_names()) {
    INFO(name);
    const nn::AnyAttention attention(name, Q, D, A, rng);
    const Tensor queries = parameter(rng.normal({T, B, Q}));
    const auto run = [&](const Array& x) {
      const Tensor variable = parameter(x);
      Tape tape;
      const Tensor y = attention(queries, attention.remember(variable, mask)).output;
      Tensors found = tape.grad({sum(y * y)}, {queries, variable});
      found.push_back(detach(y));
      return found;
    };
    const Tensors clean = run(sequence);
    Array spoilt = sequence;
    for (std::size_t s = 2; s < S; ++s)
      for (std::size_t d = 0; d < D; ++d) spoilt(s, 1, d) = std::numeric_limits<Scalar>::quiet_NaN();
    const Tensors dirty = run(spoilt);
    for (std::size_t i = 0; i < clean.size(); ++i) CHECK(clean[i].value() == dirty[i].value());
  }
  const Tensor values = parameter(rng.normal({1, S, D})), scores = parameter(rng.normal({1, 1, S}));
  Tape tape;
  const nn::Attended found = nn::attend(scores, values, Array(Shape{1, S}, 0));
  CHECK(found.output.value() == Array(Shape{1, 1, D}, 0));
  CHECK(found.weights.value() == Array(Shape{1, 1, S}, 0));
  for (const Tensor& gradient : tape.grad({sum(found.output)}, {values, scores}))
    CHECK(gradient.value() == Array(gradient.shape(), 0));
}

TEST_CASE("masks are booleans") {
  CHECK(nn::causal_mask(2).value() == Array(xt::xarray<Scalar>{{1, 0}, {1, 1}}));
  CHECK_FALSE(nn::padding_mask(nn::Mask()).defined());
  const nn::Mask mask = nn::mask_of_lengths(indices({3, 1}), 3);
  CHECK(nn::padding_mask(mask).value() == Array(xt::xarray<Scalar>{{{1, 1, 1}}, {{1, 0, 0}}}));
}

TEST_CASE("attention's errors say what does not fit") {
  Rng rng(4);
  const Array scores = rng.normal({B, T, S}), values = rng.normal({B, S, D});
  CHECK_THROWS_WITH(nn::attend(scores, values, Array(Shape{S, T}, 1)),
                    "[attention] mask: expected (B, T, S) = (2, 3, 4), or what broadcasts to it, such as (3, 4), got "
                    "(4, 3)");
  CHECK_THROWS_WITH(nn::attend(scores, values, Array(Shape{1, B, T, S}, 1)), Contains("got (1, 2, 3, 4)"));
  CHECK_THROWS_WITH(nn::attend(scores, values, Array(Shape{S}, Scalar(0.5))),
                    "[attention] mask: 0.5 in it; expected 1, may be seen, or 0, may not");
  CHECK_THROWS_WITH(nn::DotAttention(4, 5, A, rng), Contains("choose 'general' or 'additive'"));
  CHECK_THROWS_WITH(nn::AnyAttention("dto", Q, D, A, rng),
                    "[attention] 'dto': expected one of dot, scaled_dot, general, additive");
  const nn::AdditiveAttention additive(Q, D, A, rng);
  CHECK_THROWS_WITH(additive.score(rng.normal({T, 3, Q}), additive.remember(rng.normal({S, B, D})).keys),
                    Contains("they are of 3 sequences, the memory is of 2"));
  CHECK_THROWS_WITH(additive.remember(rng.normal({S, B, D}), nn::mask_of_lengths(indices({1, 1, 1}), S)),
                    Contains("mask"));
}
