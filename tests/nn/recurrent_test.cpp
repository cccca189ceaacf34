#include "nn/recurrent.hpp"

#include <catch2/catch.hpp>

#include "autograd/gradcheck.hpp"
#include "nn/any_stacked.hpp"
#include "nn/module.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

void check_close(const Array& a, const Array& b, double tolerance = 1e-5) {
  REQUIRE(a.shape() == b.shape());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a.data()[i] == Approx(b.data()[i]).margin(tolerance));
}

}  // namespace

TEMPLATE_TEST_CASE("a layer is the hand-written loop over its cell", "", nn::RNNCell, nn::LSTMCell, nn::GRUCell) {
  Rng rng(1);
  const nn::Recurrent<TestType> layer(3, 5, rng);
  const Tensor x = rng.normal({4, 2, 3});
  const auto [outputs, last] = layer(x, layer.zero_state(2));
  auto state = layer.zero_state(2);
  for (std::size_t t = 0; t < 4; ++t) {
    state = layer.cell.step(select(layer.cell.project(x), 0, static_cast<std::ptrdiff_t>(t)), state);
    check_close(select(outputs, 0, static_cast<std::ptrdiff_t>(t)).value(), state.h.value());
  }
  check_close(last.h.value(), state.h.value());
}

TEMPLATE_TEST_CASE("chunks with the state carried are the whole", "", nn::RNNCell, nn::LSTMCell, nn::GRUCell) {
  Rng rng(2);
  const nn::Stacked<TestType> layers(3, 5, 2, 0, rng);
  const Tensor x = rng.normal({6, 2, 3});
  const auto whole = layers(x, layers.zero_state(2));
  auto first = layers(slice(x, 0, 0, 4), layers.zero_state(2));
  const auto second = layers(slice(x, 0, 4, 6), first.state);
  check_close(concat({first.outputs, second.outputs}).value(), whole.outputs.value());
}

TEMPLATE_TEST_CASE("fused cells = composed cells", "", nn::RNNCell, nn::LSTMCell, nn::GRUCell) {
  Rng rng(3);
  nn::Recurrent<TestType> layer(3, 5, rng);
  const Tensor x = rng.normal({4, 2, 3});
  const auto run = [&] {
    nn::zero_grad(layer);
    Tape tape;
    const Tensor y = layer(x, layer.zero_state(2)).outputs;
    tape.backward(sum(y * y));
    std::vector<Array> all{y.value()};
    for (const Tensor& p : nn::parameters(layer)) all.push_back(p.grad().value());
    return all;
  };
  const auto fused = run();
  const Composed composed;
  const auto op_by_op = run();
  for (std::size_t i = 0; i < fused.size(); ++i) check_close(fused[i], op_by_op[i]);
}

#ifdef REWIND_DOUBLE
// All derivatives through 4 steps and two layers: of the input, of the initial state and of every parameter.
TEST_CASE("gradcheck and gradgradcheck of every cell") {
  for (const std::string& cell : nn::cell_names()) {
    Rng rng(4);
    nn::AnyStacked model(cell, 2, 3, 2, 0, rng);
    Tensors inputs{parameter(rng.normal({4, 2, 2}))};
    for (const Tensor& s : model.zero_state(2)) inputs.push_back(parameter(rng.normal(s.shape())));
    const std::size_t states = inputs.size() - 1;
    for (const Tensor& p : nn::parameters(model)) inputs.push_back(p);
    const Function f = [&](const Tensors& x) {
      std::size_t i = states + 1;
      nn::for_each_parameter(model, [&](const std::string&, Tensor& p) { p = x[i++]; });
      auto [outputs, last] = model(x[0], {x.begin() + 1, x.begin() + 1 + static_cast<std::ptrdiff_t>(states)});
      Tensors all{outputs};
      all.insert(all.end(), last.begin(), last.end());
      return all;
    };
    for (const auto& r : {gradcheck(cell, f, inputs), gradgradcheck(cell, f, inputs)}) {
      INFO(r.message);
      CHECK(r.ok);
    }
  }
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

TEST_CASE("wrong use of a layer is named") {
  Rng rng(6);
  const nn::Recurrent<nn::LSTMCell> layer(3, 5, rng);
  const auto x = [&](const Shape& shape) { return Tensor(rng.normal(shape)); };
  CHECK_THROWS_WITH(layer(x({4, 3}), layer.zero_state(2)), Contains("[lstm] input (T, B, D)"));
  CHECK_THROWS_WITH(layer(x({4, 2, 4}), layer.zero_state(2)), Contains("inner sizes 4 and 3 differ"));
  CHECK_THROWS_WITH(layer(x({4, 2, 3}), layer.zero_state(1)), Contains("[lstm] state h: expected (2, 5), got (1, 5)"));
  CHECK_THROWS_WITH(nn::AnyStacked("lstn", 3, 5, 1, 0, rng), Contains("'lstn' is unknown") && Contains("gru"));
  CHECK_THROWS_WITH(nn::Dropout(1, rng), Contains("expected a probability in [0, 1)"));
}

TEST_CASE("dropout acts in training only, and not after the last layer") {
  Rng rng(7);
  nn::Stacked<nn::GRUCell> one(3, 5, 1, 0.9, rng), two(3, 5, 2, 0.9, rng);
  const Tensor x = rng.normal({4, 2, 3});
  const auto run = [&](auto& model) { return model(x, model.zero_state(2)).outputs.value(); };
  CHECK((run(one) == run(one)));
  CHECK_FALSE((run(two) == run(two)));
  nn::eval(two);
  CHECK((run(two) == run(two)));
}
