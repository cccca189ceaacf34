// Recurrent layers in segments that run again while the tape is rewound: every bit as on the tape.
#include "nn/recompute.hpp"

#include "autograd/gradcheck.hpp"
#include "autograd/levers.hpp"
#include "autograd/pool.hpp"
#include "nn/any_stacked.hpp"
#include "nn/cells/cells.hpp"
#include "nn/data_parallel.hpp"
#include "nn/learned_state.hpp"
#include "nn/linear.hpp"
#include "nn/study/ledger.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t T = 23, B = 3, D = 5, H = 18;

struct Model {
  nn::AnyStacked rnn;
  nn::Linear decoder;
  void visit(auto&& f) { f("rnn", rnn), f("decoder", decoder); }
};

Tensor rows(const Tensor& x, std::size_t begin, std::size_t end) {
  return slice(x, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end));
}

// in_segments() without checkpoint().
template <class State>
nn::Segments<State> on_tape(std::size_t steps, std::size_t length, State state, const auto& step) {
  Tensors results;
  for (std::size_t begin = 0; begin < steps; begin += length) {
    nn::Segment<State> segment = step(begin, std::min(begin + length, steps), std::as_const(state));
    results.push_back(segment.result), state = segment.state;
  }
  return {results, state};
}

// Outputs of a layer in segments of n steps.
template <class Layer, class State>
nn::Segments<State> scan(Layer& layer, const Tensor& x, const State& state, std::size_t n, bool recompute,
                         const nn::Mask& mask = {}) {
  const auto step = [&layer, x, mask](std::size_t begin, std::size_t end, const State& s) {
    auto [outputs, last] = layer(rows(x, begin, end), s, mask.chunk(begin, end));
    return nn::Segment{outputs, last};
  };
  return recompute ? nn::in_segments(x.size(0), n, state, step, nn::generators(layer))
                   : on_tape(x.size(0), n, state, step);
}

void check_equal(const Tensors& a, const Tensors& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CAPTURE(i);
    CHECK(a[i].value() == b[i].value());
  }
}

// Loss, and gradients of x, the first state and all weights, with what the generator gives next.
template <class Layer>
Tensors run(Layer& layer, const Tensor& x, std::size_t n, bool recompute, const nn::Mask& mask = {}) {
  Rng rng(7), masks(8);
  nn::set_rng(layer, masks);
  nn::LearnedState start(layer);
  Tensors leaves = nn::parameters(layer);
  for (const Tensor& s : nn::parameters(start)) leaves.push_back(s);
  leaves.push_back(x);
  const Tensor weights = rng.normal({x.size(0), x.size(1), H});
  Tape tape;
  const auto [outputs, last] = scan(layer, x, start(x.size(1)), n, recompute, mask);
  Tensor loss = sum(concat(outputs) * weights);
  for (const Tensor& s : tensors_of(last)) loss = loss + sum(s * s);
  Tensors all = tape.grad({loss}, leaves);
  all.push_back(detach(loss)), all.push_back(masks.uniform({1}, 0, 1));
  return all;
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("every cell in segments, with and without checkpoint(): the same bits", "[recompute]",
                        nn::Cells) {
  Rng rng(1);
  nn::Recurrent<TestType> layer(D, H, rng);
  const Tensor x = parameter(rng.normal({T, B, D}));
  for (const std::size_t n : {1, 5, 12, 23, 30}) check_equal(run(layer, x, n, false), run(layer, x, n, true));
  for (bool Levers::*lever : {&Levers::joined_gradients, &Levers::project_ahead, &Levers::slabs}) {
    levers().*lever = false;
    check_equal(run(layer, x, 5, false), run(layer, x, 5, true));
    levers().*lever = true;
  }
}

TEST_CASE("sequences so long that products of weights are not joined whole", "[recompute]") {
  Rng rng(1);
  nn::Recurrent<nn::LSTMCell> layer(D, H, rng);
  const Tensor x = parameter(rng.normal({90, 40, D}));
  for (const std::size_t n : {2, 9, 10, 45, 90}) check_equal(run(layer, x, n, false), run(layer, x, n, true));
}

TEST_CASE("padding, dropout over the sequence and between layers", "[recompute]") {
  Rng rng(1);
  const nn::RecurrentOptions options{.input_dropout = 0.3, .state_dropout = 0.2};
  nn::Stacked<nn::GRUCell> layer(D, H, 3, 0.4, rng, options);
  const Tensor x = parameter(rng.normal({T, B, D}));
  IndexArray lengths(Shape{B});
  lengths(0) = 23, lengths(1) = 4, lengths(2) = 11;
  const nn::Mask mask = nn::mask_of_lengths(lengths, T);
  CHECK(nn::generators(layer).size() == 1);
  check_equal(run(layer, x, 5, false, mask), run(layer, x, 5, true, mask));
  nn::Recurrent<nn::LSTMCell> thinned(D, H, rng, options);
  Tape tape;
  const auto forgotten = nn::in_segments(T, 3, thinned.zero_state(B), [&](std::size_t begin, std::size_t end, auto& s) {
    auto [outputs, last] = thinned(rows(x, begin, end), s);
    return nn::Segment{sum(outputs), last};
  });
  CHECK_THROWS_WITH(tape.backward(sum(stack(forgotten.results))), Contains("list the generators that it draws from"));
}

TEST_CASE("a batch split over threads, in segments", "[recompute]") {
  Rng rng(1);
  Model model{nn::AnyStacked("lstm", D, H, 2, 0.3, rng), nn::Linear(H, 2, rng)};
  const Tensor x = rng.normal({T, 8, D});
  const auto gradients = [&](bool recompute) {
    Rng seeds(5);
    nn::zero_grad(model);
    Tape tape;
    const Tensor loss = nn::parallel_loss(model, seeds, 2, [&](const Model& copy, std::size_t part) {
      const Tensor mine(
          Array(slice(x, 1, static_cast<std::ptrdiff_t>(4 * part), static_cast<std::ptrdiff_t>(4 * part + 4)).value()));
      const auto step = [&copy, mine](std::size_t begin, std::size_t end, const Tensors& state) {
        auto [y, last] = copy.rnn(rows(mine, begin, end), state);
        return nn::Segment{sum(tanh(copy.decoder(y))), last};
      };
      auto own = copy;  // visit() is not const
      const Tensors start = copy.rnn.zero_state(4);
      return sum(stack(
          (recompute ? nn::in_segments(T, 5, start, step, nn::generators(own)) : on_tape(T, 5, start, step)).results));
    });
    tape.backward(loss);
    Tensors all{detach(loss)};
    for (const Tensor& p : nn::parameters(model)) all.push_back(p.grad());
    return all;
  };
  check_equal(gradients(false), gradients(true));
}

TEST_CASE("the ledger sees what is run again at its steps", "[recompute]") {
  Rng rng(1);
  nn::Recurrent<nn::LSTMCell> layer(D, 4, rng);
  const Tensor x = rng.normal({6, B, D});
  const auto ledger = [&](bool recompute) {
    return nn::make_ledger(nn::named_parameters(layer), [&] {
      const Function f = [&](const Tensors& z) { return Tensors{layer(z[0]).outputs}; };
      Tensors losses;
      for (const Tensor& y : unbind((recompute ? checkpoint(f, {x}) : f({x}))[0])) losses.push_back(sum(y * y));
      return losses;
    });
  };
  const nn::Ledger a = ledger(false), b = ledger(true);
  CHECK(a.norms == b.norms);
  CHECK(a.norms(5, 0) > 0);
}

// What a step takes from the system when it begins with nothing.
TEST_CASE("memory grows with the square root of the length", "[recompute]") {
  Rng rng(1);
  nn::Recurrent<nn::LSTMCell> layer(8, 32, rng);
  const auto bytes = [&](std::size_t steps, bool recompute) {
    const Tensor x = Array(Shape{steps, 16, 8}, Scalar(0.1));
    nn::zero_grad(layer);
    pool::trim();
    const std::size_t before = pool::taken();
    const auto step = [&](std::size_t begin, std::size_t end, const auto& state) {
      auto [outputs, last] = layer(rows(x, begin, end), state);
      return nn::Segment{sum(outputs * outputs), last};
    };
    {
      Tape tape;
      const std::size_t n = nn::square_root(steps);
      tape.backward(sum(stack((recompute ? nn::in_segments(steps, n, layer.zero_state(16), step)
                                         : on_tape(steps, n, layer.zero_state(16), step))
                                  .results)));
    }
    return static_cast<double>(pool::taken() - before);
  };
  const double whole = bytes(4096, false), parts = bytes(4096, true);
  INFO(whole << " and " << parts << " bytes");
  CHECK(whole / bytes(256, false) > 10);
  CHECK(parts / bytes(256, true) < 6);
  CHECK(parts < whole / 10);
}

TEST_CASE("segments: how long they may be", "[recompute]") {
  CHECK(nn::square_root(1) == 1);
  CHECK(nn::square_root(64) == 8);
  CHECK(nn::square_root(65) == 9);
  const auto step = [](std::size_t, std::size_t, const Tensors& s) { return nn::Segment{Tensor(Scalar(1)), s}; };
  CHECK(nn::in_segments(3, 2, Tensors{}, step).results.size() == 2);
  CHECK(nn::in_segments(3, 100, Tensors{}, step).results.size() == 1);
  CHECK(nn::in_segments(0, 2, Tensors{}, step).results.empty());
  CHECK(message_of([&] { nn::in_segments(3, 0, Tensors{}, step); }) ==
        "[in_segments] segments of 0 steps: expected at least 1");
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of layers in segments", "[recompute]") {
  const auto check = [](auto cell) {
    Rng rng(2);
    nn::Recurrent<decltype(cell)> layer(2, 3, rng);
    Tensors inputs = nn::parameters(layer);
    inputs.push_back(parameter(rng.normal({4, 2, 2})));
    const auto f = [&](const Tensors& x) {
      auto same = layer;
      std::size_t i = 0;
      nn::for_each_parameter(same, [&](const std::string&, Tensor& p) { p = x[i++]; });
      return concat(nn::in_segments(4, 2, same.zero_state(2),
                                    [same, input = x.back()](std::size_t begin, std::size_t end, const auto& state) {
                                      auto [outputs, last] = same(rows(input, begin, end), state);
                                      return nn::Segment{outputs, last};
                                    })
                        .results);
    };
    CHECK(gradcheck("segments", f, inputs).message == "");
    CHECK(gradgradcheck("segments", f, inputs).message == "");
  };
  Rng rng(1);
  check(nn::RNNCell(1, 1, rng)), check(nn::LSTMCell(1, 1, rng)), check(nn::GRUCell(1, 1, rng));
}
#endif
