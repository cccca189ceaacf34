#include "nn/study/unrolled.hpp"

#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "nn/any_stacked.hpp"
#include "tests/support.hpp"

using namespace rw;

namespace {

constexpr std::size_t T = 3, D = 2, H = 4;

struct Run {
  Rng rng{1};
  nn::AnyStacked layers;
  Tensor x = rng.normal({T, 1, D});
  Tape tape;
  nn::Unrolled unrolled{tape};
  Tensor loss;
  explicit Run(const std::string& cell, std::size_t n = 1) : layers(cell, D, H, n, 0, rng) {
    const Composed composed;
    loss = sum(layers(x));
    tape.backward(loss, {.retain_graph = true});
  }
  std::vector<std::string> gates(const std::string& cell) const {
    std::vector<std::string> all;
    const std::string names = nn::gate_names(cell);
    for (const nn::Activation& a : unrolled.activations())
      all.push_back(a.function + (a.block < 0 ? "" : std::string(" ") + names.at(static_cast<std::size_t>(a.block))));
    std::sort(all.begin(), all.end());
    return all;
  }
};

}  // namespace

TEST_CASE("a box for each entry, with what it reads, its step and scope, its value and gradient") {
  const Run run("lstm", 2);
  const auto& boxes = run.unrolled.boxes();
  REQUIRE(boxes.size() == run.tape.size());
  std::size_t leaves = 0, last_step = 0;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    CHECK(boxes[i].op == std::string(run.tape.entries()[i].op));
    for (const std::size_t input : boxes[i].inputs) CHECK(input < i);
    CHECK(boxes[i].value.min <= boxes[i].value.max);
    if (boxes[i].leaf != nullptr) {
      CHECK(boxes[i].step == -1);
      ++leaves;
    }
    if (boxes[i].step == T - 1) ++last_step;
  }
  CHECK(leaves == 8);
  CHECK(last_step > 20);
  CHECK(boxes.back().value.rms == Approx(std::abs(static_cast<double>(run.loss.item()))));
  REQUIRE(boxes.back().gradient);
  CHECK(boxes.back().gradient->rms == 1);
  CHECK(std::any_of(boxes.begin(), boxes.end(),
                    [](const nn::Box& b) { return b.scope == "layer=1/lstm" && b.step == 2; }));
}

TEST_CASE("the gates of a cell are found in the composed formula and named") {
  using Names = std::vector<std::string>;
  CHECK(Run("lstm").gates("lstm") == Names{"sigmoid f", "sigmoid i", "sigmoid o", "tanh", "tanh g"});
  CHECK(Run("gru").gates("gru") == Names{"sigmoid r", "sigmoid z", "tanh n"});
  CHECK(Run("rnn").gates("rnn") == Names{"tanh"});
  CHECK(Run("mgu").gates("mgu") == Names{"sigmoid f", "tanh n"});
  CHECK(Run("peephole_lstm").gates("peephole_lstm") == Names{"sigmoid f", "sigmoid i", "sigmoid o", "tanh", "tanh g"});
  const Run two("gru", 2);
  CHECK(two.unrolled.activations().size() == 6);
  for (const nn::Activation& a : two.unrolled.activations()) {
    REQUIRE(a.values.size() == T);
    CHECK(a.values[1].shape() == Shape{1, H});
  }
}

TEST_CASE("summaries and saturation") {
  Array y(Shape{4});
  y(0) = 0, y(1) = Scalar(0.96), y(2) = Scalar(0.5), y(3) = -1;
  const nn::Summary s = nn::summary(y);
  CHECK(s.min == -1);
  CHECK(s.max == Approx(0.96));
  CHECK(s.rms == Approx(std::sqrt((0.96 * 0.96 + 0.25 + 1) / 4)));
  CHECK(nn::summary(Array(Shape{0})).rms == 0);
  CHECK(nn::Activation{"sigmoid", "", 0, {y}}.saturated() == std::vector<double>{0.75});
  CHECK(nn::Activation{"tanh", "", 0, {y}}.saturated() == std::vector<double>{0.5});
  CHECK(nn::Activation{"relu", "", 0, {y, y}}.saturated() == std::vector<double>{0.25, 0.25});
}
