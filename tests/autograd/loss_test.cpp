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
using V = const double*;
using X = const Tensors&;

namespace {

IndexArray indices(const Shape& shape, std::initializer_list<Index> values) {
  IndexArray a(shape);
  std::copy(values.begin(), values.end(), a.data());
  return a;
}

}  // namespace

TEST_CASE("look-ups") {
  using S = Shape;
  const IndexArray table = indices(S{2, 2}, {3, 0, 3, 1}), rows = indices(S{2, 3}, {1, 0, 1, 1, 1, 0}),
                   columns = indices(S{2, 1}, {2, 0}), classes = indices(S{2}, {2, 0}), none(S{0});
  check({"embedding", [=](X x) { return embedding(x[0], table); }, {{S{4, 3}}}, pull(S{2, 2, 3}, [=](S c) {
           return S{static_cast<std::size_t>(table(c[0], c[1])), c[2]};
         })});
  check({"embedding of nothing", [=](X x) { return embedding(x[0], none); }, {{S{4, 3}}}, pull(S{0, 3}, [](S c) {
           return c;
         })});
  check({"embedding of one index",
         [](X x) { return embedding(x[0], indices(Shape{}, {1})); },
         {{S{2, 1}}},
         pull(S{1}, [](S) {
           return S{1, 0};
         })});
  check({"gather, first axis", [=](X x) { return gather(x[0], 0, rows); }, {{S{2, 3}}}, pull(S{2, 3}, [=](S c) {
           return S{static_cast<std::size_t>(rows(c[0], c[1])), c[1]};
         })});
  check({"gather, last axis", [=](X x) { return gather(x[0], -1, columns); }, {{S{2, 3}}}, pull(S{2, 1}, [=](S c) {
           return S{c[0], static_cast<std::size_t>(columns(c[0], 0))};
         })});
  check({"pick", [=](X x) { return pick(x[0], classes); }, {{S{2, 3}}}, pull(S{2}, [=](S c) {
           return S{c[0], static_cast<std::size_t>(classes(c[0]))};
         })});
  check({"pick of nothing", [=](X x) { return pick(x[0], none); }, {{S{0, 3}}}, pull(S{0}, [](S c) { return c; })});
}

TEST_CASE("layers' tails and losses") {
  using S = Shape;
  check({"dropout",
         [](X x) {
           Rng rng(5);
           return dropout(x[0], 0.5, rng);
         },
         {{S{3, 4}}}});
  check({"dropout of nothing",
         [](X x) {
           Rng rng(5);
           return dropout(x[0], 0.5, rng);
         },
         {{S{0, 4}}}});
  check({"dropout, p = 0",
         [](X x) {
           Rng rng(5);
           return dropout(x[0], 0, rng);
         },
         {{S{3}}},
         pull(S{3}, [](S c) { return c; })});
  check({"dropout, p = 1",
         [](X x) {
           Rng rng(5);
           return dropout(x[0], 1, rng);
         },
         {{S{3}}},
         each([](V) { return 0.0; })});
  const Reference normed = [](const Plains& x) -> Plains {
    return {make(x[0].shape, [&](const S& c) {
      const List row = line(x[0], {x[0].shape.size() - 1}, c);
      const double n = static_cast<double>(row.size());
      return (at(x[0], c) - total(row) / n) / std::sqrt(variance(row) * (n - 1) / n + 1e-5) * at(x[1], c) + at(x[2], c);
    })};
  };
  const auto norm = [](X x) { return layer_norm(x[0], x[1], x[2]); };
  check({"layer_norm", norm, {{S{2, 3}}, {S{3}}, {S{3}}}, normed});
  check({"layer_norm of (T, B, D)", norm, {{S{2, 1, 4}}, {S{4}}, {S{4}}}, normed});
  check({"layer_norm of whole registers and a tail", norm, {{S{2, 19}}, {S{19}}, {S{19}}}, normed});
  check({"layer_norm of no rows", norm, {{S{0, 3}}, {S{3}}, {S{3}}}, normed});

  const IndexArray targets = indices(S{2, 2}, {2, 0, -100, 1});
  Array weights(S{3});
  weights.data()[0] = 0.5, weights.data()[1] = 2, weights.data()[2] = 1.5;
  const auto entropy = [=](const List& w) -> Reference {
    return [=](const Plains& x) -> Plains {
      double loss = 0, sum = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        if (targets.data()[i] < 0) continue;
        const auto k = static_cast<std::size_t>(targets.data()[i]);
        const List row(x[0].v.begin() + static_cast<std::ptrdiff_t>(3 * i),
                       x[0].v.begin() + static_cast<std::ptrdiff_t>(3 * i + 3));
        loss += w[k] * (log_sum(row) - row[k]), sum += w[k];
      }
      return {{S{}, {loss / sum}}};
    };
  };
  check({"cross_entropy", [=](X x) { return cross_entropy(x[0], targets); }, {{S{2, 2, 3}}}, entropy({1, 1, 1})});
  check({"cross_entropy with weights",
         [=](X x) { return cross_entropy(x[0], targets, {.weights = Tensor(weights)}); },
         {{S{2, 2, 3}}},
         entropy({0.5, 2, 1.5})});
  const Reference smoothed = [=](const Plains& x) -> Plains {
    double loss = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      if (targets.data()[i] < 0) continue;
      const auto begin = x[0].v.begin() + static_cast<std::ptrdiff_t>(3 * i);
      const List row(begin, begin + 3);
      for (std::size_t c = 0; c < 3; ++c)
        loss += ((static_cast<Index>(c) == targets.data()[i] ? 0.7 : 0) + 0.1) * (log_sum(row) - row[c]) / 3;
    }
    return {{S{}, {loss}}};
  };
  check({"cross_entropy with label smoothing",
         [=](X x) { return cross_entropy(x[0], targets, {.label_smoothing = Scalar(0.3)}); },
         {{S{2, 2, 3}}},
         smoothed});
  check({"cross_entropy of one row", [](X x) { return cross_entropy(x[0], indices(S{}, {1})); }, {{S{3}}}});
  check({"cross_entropy of one class",
         [](X x) { return cross_entropy(x[0], indices(S{1}, {0})); },
         {{S{1, 1}}},
         fold({}, false, [](const List&) { return 0.0; })});

  const Reference bce = [](const Plains& x) -> Plains {
    double loss = 0;
    for (std::size_t i = 0; i < x[0].v.size(); ++i) {
      const double p = 1 / (1 + std::exp(-x[0].v[i])), t = x[1].v[i];
      loss -= t * std::log(p) + (1 - t) * std::log(1 - p);
    }
    return {{S{}, {loss / static_cast<double>(x[0].v.size())}}};
  };
  for (const S& shape : {S{2, 3}, S{}, S{1}, S{21}})
    check({"bce_with_logits",
           [](X x) { return bce_with_logits(x[0], x[1]); },
           {{shape}, {shape, Domain::between_0_and_1}},
           bce});
  for (const S& shape : {S{2, 3}, S{}, S{1}})
    check({"mse",
           [](X x) { return mse(x[0], x[1]); },
           {{shape}, {shape}},
           [](const Plains& x) -> Plains {
             double loss = 0;
             for (std::size_t i = 0; i < x[0].v.size(); ++i) loss += (x[0].v[i] - x[1].v[i]) * (x[0].v[i] - x[1].v[i]);
             return {{S{}, {loss / static_cast<double>(x[0].v.size())}}};
           }});
}

TEST_CASE("ignored targets: nothing in their rows counts, NaN included") {
  const Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
  Array a(Shape{2, 2}, Scalar(0));
  a.data()[2] = nan, a.data()[3] = nan;
  const Tensor x = parameter(a);
  Tape tape;
  const Tensor loss = cross_entropy(x, indices(Shape{2}, {1, -100}));
  CHECK(static_cast<double>(loss.item()) == Approx(std::log(2.0)));
  const Tensor g = grad({loss}, {x}, {}, {.create_graph = true})[0];
  CHECK(static_cast<double>(g.value().data()[1]) == Approx(-0.5));
  CHECK(g.value().data()[3] == 0);
  const Tensor h = grad({sum(g * g)}, {x})[0];
  CHECK(h.value().data()[3] == 0);
  CHECK(std::isfinite(h.value().data()[0]));
}

TEST_CASE("losses are exact for large logits") {
  Array a(Shape{4});
  const Scalar logits[] = {10000, -10000, 30, -30};
  std::copy_n(logits, 4, a.data());
  const Tensor x = parameter(a);
  Array t(Shape{4});
  t.data()[0] = 1, t.data()[1] = 0, t.data()[2] = 1, t.data()[3] = 0;
  Tape tape;
  const Tensor right = bce_with_logits(x, t), wrong = bce_with_logits(x, 1 - Tensor(t));
  CHECK(static_cast<double>(right.item()) == Approx(std::log1p(std::exp(-30.0)) / 2).epsilon(1e-5));
  CHECK(static_cast<double>(wrong.item()) == Approx(20060.0 / 4));
  const Array g = grad({wrong}, {x}, {}, {.retain_graph = true})[0].value();
  CHECK(static_cast<double>(g.data()[0]) == Approx(0.25));
  CHECK(static_cast<double>(g.data()[1]) == Approx(-0.25));
  CHECK(grad({right}, {x})[0].value().data()[0] == 0);

  const Tensor rows = reshape(Tensor(a), Shape{2, 2});
  CHECK(static_cast<double>(cross_entropy(rows, indices(Shape{2}, {0, 0})).item()) == 0);
  CHECK(static_cast<double>(cross_entropy(rows, indices(Shape{2}, {1, 0})).item()) == Approx(10000));
}

TEST_CASE("bce at a logit of 0 has derivative 1/2 - t") {
  const Tensor x = parameter(Array(Shape{1}, Scalar(0)));
  Tape tape;
  CHECK(static_cast<double>(grad({bce_with_logits(x, Array(Shape{1}, Scalar(1)))}, {x})[0].item()) == Approx(-0.5));
}

TEST_CASE("dropout keeps the mean") {
  Rng rng(9);
  const Tensor y = dropout(Array(Shape{100'000}, Scalar(1)), 0.25, rng);
  CHECK(static_cast<double>(mean(y).item()) == Approx(1).margin(0.01));
  for (const Scalar v : y.value()) REQUIRE((v == 0 || v == static_cast<Scalar>(1 / 0.75)));
}

TEST_CASE("the caller may change indices after the forward run") {
  const Tensor w = parameter(Array(Shape{3, 2}, Scalar(1)));
  IndexArray i = indices(Shape{2}, {2, 2});
  Tape tape;
  const Tensor y = sum(embedding(w, i));
  i.data()[0] = i.data()[1] = 0;
  tape.backward(y);
  CHECK(w.grad().value().data()[4] == 2);
  CHECK(w.grad().value().data()[0] == 0);
}

TEST_CASE("look-ups and losses: errors") {
  const Tensor x(Array(Shape{2, 3}, Scalar(1)));
  CHECK_THROWS_WITH(embedding(x, indices(Shape{2, 2}, {0, 1, 1, 2})),
                    "[embedding] index 2 at (1, 1): expected 0 <= index < 2, the rows of weight (2, 3)");
  CHECK_THROWS_WITH(embedding(x, indices(Shape{1}, {-1})),
                    "[embedding] index -1 at (0): expected 0 <= index < 2, the rows of weight (2, 3)");
  CHECK_THROWS_WITH(embedding(Tensor(Scalar(1)), indices(Shape{1}, {0})),
                    "[embedding] weight: expected 2 axes, got ()");
  CHECK_THROWS_WITH(gather(x, 0, indices(Shape{1, 2}, {0, 0})), "[gather] indices: expected (1, 3), got (1, 2)");
  CHECK_THROWS_WITH(gather(x, 1, indices(Shape{2, 1}, {0, 3})),
                    "[gather] index 3 at (1, 0): expected 0 <= index < 3, axis 1 of x (2, 3)");
  CHECK_THROWS_WITH(pick(x, indices(Shape{3}, {0, 0, 0})), "[pick] indices: expected (2), got (3)");
  CHECK_THROWS_WITH(cross_entropy(x, indices(Shape{2}, {1, 3})),
                    "[cross_entropy] target 3 at (1): expected 0 <= target < 3, the classes of logits (2, 3), or "
                    "ignore_index -100");
  CHECK_THROWS_WITH(cross_entropy(x, indices(Shape{2}, {-100, -100})),
                    "[cross_entropy] targets (2): there is nothing to average, their weights sum to 0; look for "
                    "ignore_index");
  CHECK_THROWS_WITH(cross_entropy(x, indices(Shape{3}, {0, 0, 0})), "[cross_entropy] targets: expected (2), got (3)");
  CHECK_THROWS_WITH(cross_entropy(x, indices(Shape{2}, {0, 0}), {.weights = Tensor(Array(Shape{2}, Scalar(1)))}),
                    "[cross_entropy] weights: expected (3), got (2)");
  Rng rng(1);
  CHECK_THROWS_WITH(dropout(x, 1.5, rng), "[dropout] probability 1.5: expected 0 to 1");
  CHECK_THROWS_WITH(cross_entropy(Array(Shape{1, 2}), indices(Shape{1}, {0}), {.label_smoothing = 2}),
                    "[cross_entropy] label_smoothing 2: expected 0 to 1");
  CHECK_THROWS_WITH(layer_norm(x, Array(Shape{2}), Array(Shape{3})), "[layer_norm] weight: expected (3), got (2)");
  CHECK_THROWS_WITH(bce_with_logits(x, Array(Shape{3})), "[bce_with_logits] targets: expected (2, 3), got (3)");
  CHECK_THROWS_WITH(mse(x, Array(Shape{3})), "[mse] y: expected (2, 3), got (3)");
}
