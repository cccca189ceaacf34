#include "nn/study/jacobians.hpp"

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/any_stacked.hpp"
#include "tests/support.hpp"

using namespace rw;
using Catch::Contains;

namespace {

constexpr std::size_t T = 4, D = 2, H = 3;

struct Network {
  Rng rng{1};
  nn::AnyStacked layers;
  Tensor x;
  Network(const std::string& cell, std::size_t n) : layers(cell, D, H, n, 0, rng), x(rng.normal({T, 1, D})) {}
  Tensors step(std::size_t t, const Tensors& state) const {
    const auto at = static_cast<std::ptrdiff_t>(t);
    return layers(expand(slice(x, 0, at, at + 1), {1, state[0].size(0), D}), state).state;
  }
  Tensors start() {
    Tensors state;
    for (const Tensor& s : layers.zero_state(1)) state.push_back(rng.normal(s.shape()));
    return state;
  }
};

}  // namespace

TEST_CASE("a step's Jacobian is that of differences; their product is that of the tape") {
  const std::string cell = GENERATE("rnn", "lstm", "gru", "layer_norm_lstm");
  CAPTURE(cell);
  Network net(cell, 2);
  const Tensors start = net.start();
  const auto steps = nn::step_jacobians(T, start, [&](std::size_t t, const Tensors& s) { return net.step(t, s); });
  REQUIRE(steps.size() == T);

  // d s_T / d s_0, row by row, on one tape
  Tensors leaves;
  for (const Tensor& s : start) leaves.push_back(parameter(s.value()));
  Tape tape;
  Tensors state = leaves;
  for (std::size_t t = 0; t < T; ++t) state = net.step(t, state);
  const Tensor all = concat(state, 1);
  const std::size_t S = all.size(1);
  Array whole(Shape{S, S});
  for (std::size_t i = 0; i < S; ++i) {
    Array one(Shape{1, S}, Scalar(0));
    one(0, i) = 1;
    const Tensor row = concat(tape.grad({all}, leaves, {one}, {.retain_graph = true}), 1);
    std::copy_n(row.value().data(), S, whole.data() + i * S);
  }
  const Pause pause;
  Tensor product = steps[T - 1];
  for (std::size_t t = T - 1; t-- > 0;) product = matmul(product, steps[t]);
  check_close(product.value(), whole);

  const auto spectra = nn::jacobian_spectra(steps, T, {0, S}, 2);
  REQUIRE(spectra.size() == T + 1);
  CHECK(spectra[0].sigma == std::vector<double>{1, 1});
  CHECK(spectra[0].frobenius == Approx(std::sqrt(static_cast<double>(S))));
  CHECK(spectra[T].sigma[0] == Approx(nn::largest_singular_value(whole)).epsilon(1e-3));
  const auto bounds = nn::product_bounds(steps, T);
  for (std::size_t d = 0; d <= T; ++d) {
    CHECK(spectra[d].sigma[0] <= bounds[d] * (1 + 1e-5));
    CHECK(nn::jacobian_spectra(steps, T, {0, H}, 1)[d].sigma[0] <= bounds[d] * (1 + 1e-5));
  }
}

TEST_CASE("of a linear recurrence the singular values are powers") {
  const Array W = [] {
    Array w(Shape{2, 2}, Scalar(0));
    w(0, 0) = Scalar(0.5), w(1, 1) = Scalar(-2);
    return w;
  }();
  const auto steps = nn::step_jacobians(3, {Tensor(Array(Shape{1, 2}, Scalar(1)))},
                                        [&](std::size_t, const Tensors& s) { return Tensors{matmul(s[0], W)}; });
  const auto spectra = nn::jacobian_spectra(steps, 3, {0, 2}, 5);
  CHECK(spectra[3].sigma == std::vector<double>{8, 0.125});
  CHECK(spectra[2].frobenius == Approx(std::sqrt(16 + 1. / 16)));
  CHECK(nn::jacobian_spectra(steps, 3, {0, 1}, 1)[3].sigma[0] == Approx(0.125));
}

TEST_CASE("what has no Jacobian is said") {
  const auto same = [](std::size_t, const Tensors& s) { return s; };
  CHECK_THROWS_WITH(nn::step_jacobians(1, {Tensor(Array(Shape{2, 3}))}, same), Contains("[jacobians] first state"));
  CHECK_THROWS_WITH(nn::jacobian_spectra({}, 1, {0, 1}, 1), Contains("there are 0 steps"));
  CHECK_THROWS_WITH(nn::product_bounds({}, 1), Contains("there are 0 steps"));
  CHECK_THROWS_WITH(nn::jacobian_spectra({Array(Shape{2, 2}, Scalar(0))}, 1, {1, 2}, 1),
                    Contains("the state has 2 elements"));
  const auto wider = [](std::size_t, const Tensors& s) { return Tensors{s[0], s[0]}; };
  CHECK_THROWS_WITH(nn::step_jacobians(1, {Tensor(Array(Shape{1, 3}))}, wider),
                    Contains("expected that of 3 elements"));
}
