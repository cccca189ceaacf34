// Dropout: between layers, and over a sequence with one mask for all of its steps.
#include "nn/dropout.hpp"

#include <algorithm>

#include "nn/cells/cells.hpp"
#include "nn/recurrent.hpp"
#include "nn/stacked.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

TEST_CASE("dropout over a sequence: one mask for all steps, of x and of h") {
  Rng rng(11);
  nn::SequenceDropout dropout(0.5, rng);
  const Array y = dropout(Array(Shape{4, 3, 8}, 1)).value();
  for (std::size_t t = 1; t < 4; ++t)
    for (std::size_t i = 0; i < 24; ++i) CHECK(y.data()[t * 24 + i] == y.data()[i]);
  CHECK(std::count(y.data(), y.data() + 24, Scalar(0)) > 0);
  CHECK(std::count(y.data(), y.data() + 24, Scalar(2)) > 0);
}

// With the same masks a loop by hand gives the same: x is masked, and of h what the products read. In evaluation
// nothing is.
TEMPLATE_LIST_TEST_CASE("a layer with dropout over the sequence", "", nn::Cells) {
  Rng rng(12);
  nn::Recurrent<TestType> layer(3, 5, rng, {.input_dropout = 0.5, .state_dropout = 0.5});
  const Tensor x = rng.normal({4, 2, 3});
  Rng again = rng;
  const Array got = layer(x).outputs.value();
  const Tensor h_mask = rw::dropout(Array(Shape{2, 5}, 1), 0.5, again),
               x_mask = rw::dropout(Array(Shape{2, 3}, 1), 0.5, again);
  const Tensors steps = unbind(layer.cell.project(x * x_mask));
  auto state = layer.zero_state(2);
  for (std::size_t t = 0; t < 4; ++t) {
    state = layer.cell.step(steps[t], state, state.h * h_mask);
    CHECK((state.h.value() == select(got, 0, static_cast<std::ptrdiff_t>(t)).value()));
  }
  nn::eval(layer);
  CHECK((layer(x).outputs.value() == layer(x).outputs.value()));
}

TEST_CASE("state dropout leaves alone what a GRU carries on") {
  Rng rng(13);
  nn::Recurrent<nn::GRUCell> layer(1, 4, rng, {.state_dropout = 0.5});
  layer.cell.bias_ih = Array(Shape{12}, 0);
  for (std::size_t i = 4; i < 8; ++i) layer.cell.bias_ih.mutate()(i) = 50;  // z = 1: keep everything
  const Tensor start = rng.normal({2, 4});
  check_close(layer(rng.normal({20, 2, 1}), {start}).state.h.value(), start.value());
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

TEST_CASE("words are dropped, padding is not, and its amount changes nothing") {
  Rng rng(14), again = rng;
  IndexArray words(Shape{1000, 2}, 7);
  for (std::size_t t = 0; t < 1000; t += 2) words(t, 1) = 0;
  const IndexArray got = nn::drop_words(words, 0.25, 1, rng);
  CHECK(got.shape() == words.shape());
  std::vector<Index> real;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words.data()[i] == 0) CHECK(got.data()[i] == 0);
    if (words.data()[i] != 0) real.push_back(got.data()[i]);
  }
  const auto dropped = std::count(real.begin(), real.end(), 1);
  CHECK((dropped > 300 && dropped < 450));  // of 1500
  CHECK(std::count(real.begin(), real.end(), 7) == 1500 - dropped);
  const IndexArray unpadded = nn::drop_words(IndexArray(Shape{1500}, 7), 0.25, 1, again);
  CHECK(real == std::vector<Index>(unpadded.begin(), unpadded.end()));
  CHECK((nn::drop_words(words, 0, 1, rng) == words));
  CHECK(rng.bits() == again.bits());  // p = 0 drew none
}

TEST_CASE("a probability out of range is named") {
  Rng rng(1);
  CHECK_THROWS_WITH(nn::drop_words(IndexArray(Shape{1}, 1), -0.5, 1, rng),
                    "[dropout] p = -0.5: expected a probability in [0, 1)");
  CHECK_THROWS_WITH(nn::Dropout(1, rng), Contains("expected a probability in [0, 1)"));
}
