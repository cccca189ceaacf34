#include "nn/recurrent.hpp"

#include "autograd/gradcheck.hpp"
#include "autograd/levers.hpp"
#include "nn/any_stacked.hpp"
#include "nn/bidirectional.hpp"
#include "nn/learned_state.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

// A layer and a batch of random sizes, and a state to start from; the seed is printed if something fails.
template <class Layer>
struct Example {
  Rng rng;
  std::size_t T, B, D, H;
  Layer layer;
  Tensor x;

  Example(std::uint64_t seed, const auto&... options)
      : rng(seed),
        T(2 + rng.below(6)),
        B(1 + rng.below(4)),
        D(1 + rng.below(5)),
        H(1 + rng.below(20)),
        layer(D, H, options..., rng),
        x(rng.normal({T, B, D})) {}

  auto some_state() {
    auto state = layer.zero_state(B);
    state.visit([&](const auto&, Tensor& s) { s = rng.normal(s.shape()); });
    return state;
  }
};

void for_each_seed(auto&& check) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    check(seed);
  }
}

template <class State>
void check_same_state(const State& a, const State& b) {
  const Tensors left = tensors_of(a), right = tensors_of(b);
  for (std::size_t i = 0; i < left.size(); ++i) check_close(left[i].value(), right[i].value());
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("a layer is the hand-written loop over its cell", "", nn::Cells) {
  for_each_seed([](std::uint64_t seed) {
    Example<nn::Recurrent<TestType>> e(seed);
    auto state = e.some_state();
    const auto [outputs, last] = e.layer(e.x, state);
    for (std::size_t t = 0; t < e.T; ++t) {
      const auto at = static_cast<std::ptrdiff_t>(t);
      state = e.layer.cell.step(select(e.layer.cell.project(e.x), 0, at), state, state.h);
      check_close(select(outputs, 0, at).value(), state.h.value());
    }
    check_same_state(last, state);
  });
}

// Values, and gradients where nothing is cut; sequences may end in any chunk.
TEMPLATE_LIST_TEST_CASE("chunks with the state carried are the whole", "", nn::Cells) {
  for_each_seed([](std::uint64_t seed) {
    Example<nn::Stacked<TestType>> e(seed, std::size_t{2}, 0.);
    const Tensor cotangent = e.rng.normal({e.T, e.B, e.H});
    IndexArray lengths(Shape{e.B});
    for (std::size_t b = 0; b < e.B; ++b) lengths(b) = static_cast<Index>(1 + e.rng.below(e.T));
    const nn::Mask mask = nn::mask_of_lengths(lengths, e.T);
    const auto run = [&](std::size_t cut) {
      nn::zero_grad(e.layer);
      Tape tape;
      auto state = e.layer.zero_state(e.B);
      Tensors outputs;
      for (const auto& [begin, end] : {std::pair<std::size_t, std::size_t>{0, cut}, {cut, e.T}}) {
        if (begin == end) continue;
        const Tensor chunk = slice(e.x, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end));
        auto scanned = e.layer(chunk, std::move(state), mask.chunk(begin, end));
        outputs.push_back(scanned.outputs), state = std::move(scanned.state);
      }
      const Tensor y = concat(outputs);
      tape.backward(sum(y * cotangent));
      std::vector<Array> all{y.value()};
      for (const Tensor& p : nn::parameters(e.layer)) all.push_back(p.grad().value());
      return all;
    };
    const auto whole = run(0), chunked = run(1 + e.rng.below(e.T - 1));
    for (std::size_t i = 0; i < whole.size(); ++i) check_close(chunked[i], whole[i]);
  });
}

TEMPLATE_LIST_TEST_CASE("a reversed layer is the layer over the reversed sequence", "", nn::Cells) {
  for_each_seed([](std::uint64_t seed) {
    Example<nn::Recurrent<TestType>> e(seed);
    auto backward = e.layer;
    backward.reversed = true;
    Array real(Shape{e.T, e.B}, 1);
    for (std::size_t b = 0; b < e.B; ++b) real(e.rng.below(e.T), b) = 0;
    const auto start = e.some_state();
    const auto a = e.layer(flip(e.x, {0}), start, nn::Mask(flip(Tensor(real), {0}).value()));
    const auto b = backward(e.x, start, nn::Mask(real));
    CHECK((flip(a.outputs, {0}).value() == b.outputs.value()));
    check_same_state(a.state, b.state);
  });
}

TEST_CASE("both directions: merged outputs, states and names") {
  Rng rng(9);
  const Tensor x = rng.normal({4, 2, 3});
  nn::Bidirectional<nn::LSTMCell> both(3, 5, rng);
  const Array there = both.forward(x).outputs.value(), back = both.backward(x).outputs.value();
  const auto merged = [&](nn::Merge merge) {
    both.merge = merge;
    return both(x).outputs.value();
  };
  CHECK((merged(nn::Merge::concat) == concat({there, back}, -1).value()));
  check_close(merged(nn::Merge::sum), there + back);
  check_close(merged(nn::Merge::mean), (there + back) / 2);
  check_close(merged(nn::Merge::product), there * back);
  CHECK((both(x).state.backward.c.value() == both.backward(x).state.c.value()));

  nn::Stacked<nn::GRUCell, nn::Bidirectional> two(3, 5, 2, 0, rng), summed(3, 5, 2, 0, rng, nn::Merge::sum);
  const auto named = nn::named_parameters(two);
  REQUIRE(named.size() == 16);
  CHECK(named[4].first == "weight_ih_l0_reverse");
  CHECK(named[8].first == "weight_ih_l1");
  CHECK(named[8].second.shape() == Shape{15, 10});
  CHECK(nn::named_parameters(summed)[8].second.shape() == Shape{15, 5});
  CHECK(two(x).outputs.shape() == Shape{4, 2, 10});
}

TEST_CASE("a learned first state gets its gradient from every sequence") {
  Rng rng(10);
  nn::Stacked<nn::LSTMCell> layer(3, 5, 2, 0, rng);
  nn::LearnedState start(layer);
  const auto named = nn::named_parameters(start);
  REQUIRE(named.size() == 4);
  CHECK(named[1].first == "c_l0");
  const Tensor x = rng.normal({4, 2, 3});
  CHECK((layer(x, start(2)).outputs.value() == layer(x).outputs.value()));
  const auto gradient = [&](const Tensor& input) {
    nn::zero_grad(start);
    Tape tape;
    tape.backward(sum(layer(input, start(input.size(1))).outputs));
    return nn::parameters(start)[1].grad().value();
  };
  check_close(gradient(x), gradient(slice(x, 1, 0, 1)) + gradient(slice(x, 1, 1, 2)));
}

TEMPLATE_LIST_TEST_CASE("fused cells = composed cells", "", nn::Cells) {
  for_each_seed([](std::uint64_t seed) {
    Example<nn::Recurrent<TestType>> e(seed);
    const auto start = e.some_state();
    const Tensor cotangent = e.rng.normal({e.T, e.B, e.H});
    const auto run = [&] {
      nn::zero_grad(e.layer);
      Tape tape;
      const Tensor y = e.layer(e.x, start).outputs;
      tape.backward(sum(y * cotangent));
      std::vector<Array> all{y.value()};
      for (const Tensor& p : nn::parameters(e.layer)) all.push_back(p.grad().value());
      return all;
    };
    const auto fused = run();
    const Composed composed;
    const auto op_by_op = run();
    for (std::size_t i = 0; i < fused.size(); ++i) check_close(fused[i], op_by_op[i]);
  });
}

#ifdef REWIND_DOUBLE
namespace {

// All derivatives through 4 steps and two layers: of the input, of the initial state and of every parameter.
template <class Layer>
void check_derivatives(const char* name, const nn::Mask& mask = {}) {
  INFO(name);
  Rng rng(4);
  Layer model(2, 3, 2, 0, rng);
  const auto zero = model.zero_state(2);
  Tensors inputs{parameter(rng.normal({4, 2, 2}))};
  for (const Tensor& s : tensors_of(zero)) inputs.push_back(parameter(rng.normal(s.shape())));
  const auto parameters_from = static_cast<std::ptrdiff_t>(inputs.size());
  for (const Tensor& p : nn::parameters(model)) inputs.push_back(parameter(rng.normal(p.shape(), 0, 0.5)));
  const Function f = [&](const Tensors& x) {
    auto p = x.begin() + parameters_from;
    nn::for_each_parameter(model, [&](const std::string&, Tensor& own) { own = *p++; });
    const auto [outputs, last] = model(x[0], state_of(zero, {x.begin() + 1, x.begin() + parameters_from}), mask);
    Tensors all{outputs};
    for (const Tensor& s : tensors_of(last)) all.push_back(s);
    return all;
  };
  for (const auto& r : {gradcheck(name, f, inputs), gradgradcheck(name, f, inputs)}) {
    INFO(r.message);
    CHECK(r.ok);
  }
}

nn::Mask ragged() {
  IndexArray lengths(Shape{2});
  lengths(0) = 3, lengths(1) = 4;
  return nn::mask_of_lengths(lengths, 4);
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("gradcheck and gradgradcheck of every cell", "", nn::Cells) {
  check_derivatives<nn::Stacked<TestType>>(TestType::name);
  check_derivatives<nn::Stacked<TestType, nn::Bidirectional>>(TestType::name, ragged());
}
#endif

TEST_CASE("parameters have PyTorch's names and shapes") {
  Rng rng(5);
  nn::Stacked<nn::LSTMCell> model(3, 5, 2, 0.5, rng);
  const auto named = nn::named_parameters(model);
  REQUIRE(named.size() == 8);
  CHECK(named[0].first == "weight_ih_l0");
  CHECK(named[0].second.shape() == Shape{20, 3});
  CHECK(named[5].first == "weight_hh_l1");
  CHECK(named[5].second.shape() == Shape{20, 5});
  CHECK(named[7].first == "bias_hh_l1");
}

// i, f, g, o, tanh(c), c and h: what the derivative reads. Projected inputs and gates are let go, and the layer's
// output is made of the hidden states themselves.
TEST_CASE("an LSTM's tape keeps seven numbers a step and unit") {
  Rng rng(1);
  const std::size_t T = 10, B = 3, H = 8, numbers = T * B * H;
  const nn::Recurrent<nn::LSTMCell> layer(4, H, rng);
  const Tensor x = rng.normal({T, B, 4});
  Tape tape;
  const auto run = layer(x);
  CHECK(tape.bytes() == 7 * numbers * sizeof(Scalar));
  levers().slabs = false;
  tape.clear();
  const auto copied = layer(x);
  levers().slabs = true;
  CHECK(tape.bytes() == 8 * numbers * sizeof(Scalar));
  CHECK((run.outputs.value() == copied.outputs.value()));
  CHECK(detach(run.state.h).value().storage().block_bytes() == B * H * sizeof(Scalar));  // not the whole layer's output
}

TEST_CASE("padding makes an LSTM's tape no longer") {
  Rng rng(1);
  const std::size_t T = 10, B = 2, H = 8;
  const nn::Recurrent<nn::LSTMCell> layer(4, H, rng);
  const Tensor x = rng.normal({T, B, 4});
  IndexArray lengths(Shape{2});
  lengths(0) = 10, lengths(1) = 5;
  Tape tape;
  const auto run = layer(x, nn::mask_of_lengths(lengths, T));
  CHECK(tape.bytes() <= 8 * T * B * H * sizeof(Scalar));  // the outputs are padded with zeros in a copy
}

TEST_CASE("without a tape, who keeps the last state does not keep all outputs") {
  Rng rng(1);
  const nn::Recurrent<nn::GRUCell> layer(4, 8, rng);
  const Tensor h = layer(rng.normal({10, 2, 4})).state.h;
  CHECK(h.value().storage().block_bytes() == 2 * 8 * sizeof(Scalar));
}

TEST_CASE("wrong use of a layer is named") {
  Rng rng(6);
  const nn::Recurrent<nn::LSTMCell> layer(3, 5, rng);
  const auto x = [&](const Shape& shape) { return Tensor(rng.normal(shape)); };
  CHECK_THROWS_WITH(layer(x({4, 3}), layer.zero_state(2)), Contains("[lstm] input (T, B, D)"));
  CHECK_THROWS_WITH(layer(x({4, 2, 4}), layer.zero_state(2)), "[lstm] input: expected (4, 2, 3), got (4, 2, 4)");
  CHECK_THROWS_WITH(layer(x({0, 2, 3})), "[lstm] input (0, 2, 3): expected at least one step");
  CHECK(layer(x({4, 0, 3})).outputs.shape() == Shape{4, 0, 5});
  CHECK_THROWS_WITH(layer(x({4, 2, 3}), {x({2, 5}), Tensor()}), "[lstm] state c is missing: begin with zero_state(B)");
  CHECK_THROWS_WITH(layer(x({4, 2, 3}), layer.zero_state(1)),
                    Contains("[lstm] state h: it is of 1 sequences, the batch has 2: keep the batch size"));
  CHECK_THROWS_WITH(layer(x({4, 2, 3}), {x({2, 5}), x({2, 4})}), "[lstm] state c: expected (2, 5), got (2, 4)");
  CHECK_THROWS_WITH(layer(x({4, 2, 3}), {x({2, 5}), x({2, 5, 1})}), "[lstm] state c: expected (2, 5), got (2, 5, 1)");
  const nn::Stacked<nn::LSTMCell> two(3, 5, 2, 0, rng), three(3, 5, 3, 0, rng);
  CHECK_THROWS_WITH(three(x({4, 2, 3}), two.zero_state(2)), "[lstm] state: expected that of 3 layers, got 2");
  auto state = layer.zero_state(2);
  for (int chunk = 0; chunk < 2; ++chunk) {
    const Tape tape;
    if (chunk == 0)
      state = layer(x({4, 2, 3}), state).state;
    else
      CHECK_THROWS_WITH(layer(x({4, 2, 3}), state),
                        Contains("[lstm] state h (2, 5) is of another tape") && Contains("detach(state)"));
  }
  const nn::AnyStacked any("gru", 3, 5, 1, 0, rng);
  CHECK_THROWS_WITH(any(x({4, 2, 3}), nn::AnyStacked("gru", 3, 5, 2, 0, rng).zero_state(2)),
                    "[rnn] state: expected 1 tensors, got 2");
  CHECK_THROWS_WITH(nn::AnyStacked("lstn", 3, 5, 1, 0, rng), Contains("'lstn' is unknown") && Contains("gru"));
}
