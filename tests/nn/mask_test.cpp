// Padding: its amount, its places and what stands in it never change a result.
#include <limits>

#include "nn/bidirectional.hpp"
#include "nn/cells/cells.hpp"
#include "nn/stacked.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t D = 2, H = 8;
// A product over one sequence rounds otherwise than one over a batch, and layer_norm over few units makes more of it.
constexpr double rounding = sizeof(Scalar) == 4 ? 5e-4 : 1e-9;

// n places below T, in order.
std::vector<std::size_t> some_places(std::size_t n, std::size_t T, Rng& rng) {
  std::vector<std::size_t> places;
  for (std::size_t t = 0; t < T; ++t)
    if (rng.below(T - t) < n - places.size()) places.push_back(t);
  return places;
}

std::vector<Array> gradients(auto& layer) {
  std::vector<Array> all;
  for (const auto& p : nn::parameters(layer)) all.push_back(p.grad().value());
  return all;
}

Tensor weighted(const Tensors& results, const Tensors& cotangents) {
  Tensor loss = Scalar(0);
  for (std::size_t i = 0; i < results.size(); ++i) loss = loss + sum(results[i] * cotangents[i]);
  return loss;
}

Tensor row(const Tensor& x, std::size_t b) {
  const auto i = static_cast<std::ptrdiff_t>(b);
  return slice(x, 0, i, i + 1);
}

// A batch of sequences with their steps at random places among padding of NaN, and each sequence alone: the same
// outputs, final states and gradients. So neither padding nor neighbours nor their order matter.
template <class Layer>
void check_padding(Layer& layer, std::uint64_t seed) {
  CAPTURE(seed);
  Rng rng(seed);
  const std::size_t B = 1 + rng.below(4), T = 3 + rng.below(5);
  const auto nan = std::numeric_limits<Scalar>::quiet_NaN();
  Array real(Shape{T, B}, 0), x(Shape{T, B, D}, nan), alone_dx(Shape{T, B, D}, 0);
  const Tensor cotangent = rng.normal({T, B, layer.layers.back().width()});
  auto start = layer.zero_state(B);
  Tensors state_cotangents;
  start.visit([&](const auto&, Tensor& s) {
    s = rng.normal(s.shape());
    state_cotangents.push_back(rng.normal(s.shape()));
  });
  std::vector<std::vector<std::size_t>> places(B);
  std::vector<Tensors> alone;
  nn::zero_grad(layer);
  for (std::size_t b = 0; b < B; ++b) {
    places[b] = some_places(1 + rng.below(T), T, rng);
    const std::size_t n = places[b].size();
    const Tensor own = parameter(rng.normal({n, 1, D}));
    Tensors own_cotangents{Tensor()}, steps;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t t = places[b][i];
      real(t, b) = 1;
      for (std::size_t d = 0; d < D; ++d) x(t, b, d) = own.value()(i, 0, d);
      steps.push_back(row(select(cotangent, 0, static_cast<std::ptrdiff_t>(t)), b));
    }
    own_cotangents[0] = stack(steps);
    auto own_start = start;
    own_start.visit([&](const auto&, Tensor& s) { s = row(s, b); });
    for (const Tensor& c : state_cotangents) own_cotangents.push_back(row(c, b));
    Tape tape;
    const auto [outputs, last] = layer(own, own_start);
    Tensors results{outputs};
    for (const Tensor& s : tensors_of(last)) results.push_back(s);
    tape.backward(weighted(results, own_cotangents));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t d = 0; d < D; ++d) alone_dx(places[b][i], b, d) = own.grad().value()(i, 0, d);
    for (Tensor& r : results) r = r.value();
    alone.push_back(std::move(results));
  }
  const auto expected = gradients(layer);

  nn::zero_grad(layer);
  const Tensor padded = parameter(x);
  Tape tape;
  const auto [outputs, last] = layer(padded, start, nn::Mask(real));
  Tensors ends = tensors_of(last);
  Tensors results{outputs}, cotangents{cotangent};
  results.insert(results.end(), ends.begin(), ends.end());
  cotangents.insert(cotangents.end(), state_cotangents.begin(), state_cotangents.end());
  tape.backward(weighted(results, cotangents));
  for (Tensor& end : ends) end = end.value();  // the tape's entries are gone

  Array expected_outputs(outputs.shape(), 0);
  for (std::size_t b = 0; b < B; ++b) {
    for (std::size_t i = 0; i < places[b].size(); ++i)
      for (std::size_t k = 0; k < outputs.size(2); ++k)
        expected_outputs(places[b][i], b, k) = alone[b][0].value()(i, 0, k);
    for (std::size_t s = 0; s < ends.size(); ++s)
      check_close(row(ends[s], b).value(), alone[b][s + 1].value(), rounding);
  }
  check_close(outputs.value(), expected_outputs, rounding);
  check_close(padded.grad().value(), alone_dx, rounding);
  const auto got = gradients(layer);
  for (std::size_t i = 0; i < got.size(); ++i) check_close(got[i], expected[i], rounding);
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("padding changes nothing", "", nn::Cells) {
  Rng rng(1);
  nn::Stacked<TestType> one_way(D, H, 2, 0, rng);
  nn::Stacked<TestType, nn::Bidirectional> both_ways(D, H, 2, 0, rng);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    check_padding(one_way, seed);
    check_padding(both_ways, seed);
  }
}

TEMPLATE_LIST_TEST_CASE("a permuted batch has permuted results", "", nn::Cells) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    const nn::Stacked<TestType, nn::Bidirectional> layer(D, H, 2, 0, rng);
    const std::size_t B = 2 + rng.below(4), T = 2 + rng.below(5);
    std::vector<std::size_t> order(B);
    for (std::size_t b = 0; b < B; ++b) order[b] = b;
    for (std::size_t b = B; b > 1; --b) std::swap(order[b - 1], order[rng.below(b)]);
    const auto permuted = [&](const Tensor& y, int axis) {
      Tensors parts;
      for (const std::size_t b : order) parts.push_back(slice(y, axis, std::ptrdiff_t(b), std::ptrdiff_t(b) + 1));
      return concat(parts, axis);
    };
    const Tensor x = rng.normal({T, B, D});
    Tensor real = Array(Shape{T, B}, 1);
    for (std::size_t b = 0; b < B; ++b)
      for (std::size_t t = 1 + rng.below(T); t < T; ++t) real.mutate()(t, b) = 0;
    const auto [outputs, state] = layer(x, nn::Mask(real.value()));
    const auto got = layer(permuted(x, 1), nn::Mask(permuted(real, 1).value()));
    check_close(got.outputs.value(), permuted(outputs, 1).value());
    const Tensors ends = tensors_of(state), got_ends = tensors_of(got.state);
    for (std::size_t i = 0; i < ends.size(); ++i) check_close(got_ends[i].value(), permuted(ends[i], 0).value());
  }
}

TEST_CASE("more padding, on either side, the same bits") {
  Rng rng(2);
  const nn::Recurrent<nn::LSTMCell> layer(D, H, rng);
  const Tensor x = rng.normal({4, 2, D}), nothing = Array(Shape{3, 2, D}, std::numeric_limits<Scalar>::infinity());
  const Array real(Shape{4, 2}, 1), padding(Shape{3, 2}, 0);
  const auto plain = layer(x);
  const auto left = layer(concat({nothing, x}), nn::Mask(concat({padding, real}).value()));
  const auto right = layer(concat({x, nothing}), nn::Mask(concat({real, padding}).value()));
  CHECK((slice(left.outputs, 0, 3, 7).value() == plain.outputs.value()));
  CHECK((slice(right.outputs, 0, 0, 4).value() == plain.outputs.value()));
  CHECK((left.state.c.value() == plain.state.c.value()));
  CHECK((right.state.c.value() == plain.state.c.value()));
}

TEST_CASE("a full mask is no mask, bit for bit") {
  Rng rng(3);
  const nn::Recurrent<nn::GRUCell> layer(D, H, rng);
  const Tensor x = rng.normal({4, 2, D});
  CHECK((layer(x, nn::Mask(Array(Shape{4, 2}, 1))).outputs.value() == layer(x).outputs.value()));
}

TEST_CASE("the real steps of a mask, wherever they stand") {
  Array real(Shape{3, 2}, 1);
  real(0, 0) = real(1, 1) = real(2, 1) = 0;
  const nn::RealSteps got = nn::Mask(real).real_steps("test", {3, 2, 5}), all = nn::Mask().real_steps("test", {3, 2});
  CHECK((got.count == indices({2, 1})));
  CHECK((got.last == indices({2, 0})));
  CHECK((all.count == indices({3, 3})));
  CHECK((all.last == indices({2, 2})));
  real(0, 1) = 0;
  CHECK_THROWS_WITH(nn::Mask(real).real_steps("test", {3, 2}), "[test] sequence 1 of 2 has no real step");
  CHECK_THROWS_WITH(nn::Mask().real_steps("test", {0, 2}), "[test] sequence 0 of 2 has no real step");
  CHECK_THROWS_WITH(nn::Mask(real).real_steps("test", {3, 1}), "[test] mask: expected (3, 1), got (3, 2)");
}

TEST_CASE("a mask fills padding, and keeps tensors where there is some") {
  const nn::Mask mask = nn::mask_of_lengths(indices({2, 1}), 2);
  const Tensor x = Array(Shape{2, 2, 1}, 7), next = Array(Shape{2, 3}, 1), previous = Array(Shape{2, 3}, 2);
  const Array filled = mask.fill_padding(x, -1).value(), kept = mask.keep(1, next, previous).value();
  CHECK(std::vector<Scalar>(filled.begin(), filled.end()) == std::vector<Scalar>{7, 7, 7, -1});
  CHECK(std::vector<Scalar>(kept.begin(), kept.end()) == std::vector<Scalar>{1, 1, 1, 2, 2, 2});
  CHECK(mask.keep(0, next, previous).is(next));
  CHECK(nn::Mask().keep(0, next, previous).is(next));
  CHECK(nn::Mask().fill_padding(x, -1).is(x));
}

TEST_CASE("wrong masks are named") {
  Rng rng(4);
  const nn::Recurrent<nn::LSTMCell> layer(D, H, rng);
  const Tensor x = rng.normal({4, 2, D});
  CHECK_THROWS_WITH(layer(x, nn::Mask(Array(Shape{4, 3}, 1))), "[lstm] mask: expected (4, 2), got (4, 3)");
  CHECK_THROWS_WITH(nn::Mask(Array(Shape{4}, 1)), Contains("[mask] mask (T, B)"));
  CHECK_THROWS_WITH(nn::Mask(Array(Shape{1, 1}, Scalar(0.5))),
                    Contains("step 0 of sequence 0 is 0.5: expected 1 (real)"));
  CHECK_THROWS_WITH(nn::mask_of_lengths(indices({2, 5}), 4), "[mask] length 5 of sequence 1: expected 1 to 4");
  CHECK_THROWS_WITH(nn::mask_of_lengths(indices({0, 3}), 4), "[mask] length 0 of sequence 0: expected 1 to 4");
}
