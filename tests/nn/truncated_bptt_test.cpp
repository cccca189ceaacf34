// Truncated BPTT: where the gradient is cut.
#include <sstream>

#include "nn/cells/cells.hpp"
#include "nn/recurrent.hpp"
#include "nn/truncated_bptt.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

struct Run {
  nn::Recurrent<nn::LSTMCell> layer;
  Tensor x;
  std::vector<Tensors> gradients = {};  // after each window
  std::vector<std::size_t> fresh = {};
  std::string tapes = {};

  Run(std::size_t T, Rng& rng) : layer(2, 3, rng), x(rng.normal({T, 2, 2})) {}

  Tensor slice_of(std::size_t begin, std::size_t end) const {
    return slice(x, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end));
  }

  nn::LSTMCell::State operator()(nn::Truncation k) {
    nn::zero_grad(layer);
    return nn::truncated_bptt(
        x.size(0), layer.zero_state(2), k,
        [&](std::size_t begin, std::size_t end, const auto& state) { return layer(slice_of(begin, end), state); },
        [&](const Tensor& outputs, std::size_t begin) {
          fresh.push_back(begin);
          std::ostringstream text;
          Tape::current()->print(text);
          tapes += text.str();
          return sum(outputs * outputs);
        },
        [&] {
          Tensors all;
          for (const Tensor& p : nn::parameters(layer)) all.push_back(p.grad().value());
          gradients.push_back(all);
          nn::zero_grad(layer);
        });
  }

  // By hand: the loss of the steps fresh ... end - 1, from the detached state at `begin`.
  void check_window(std::size_t n, std::size_t begin, std::size_t first, std::size_t end) {
    auto state = layer.zero_state(2);
    if (begin > 0) state = layer(slice_of(0, begin), state).state;
    nn::zero_grad(layer);
    Tape tape;
    const Tensor y = layer(slice_of(begin, end), state).outputs;
    const auto from = static_cast<std::ptrdiff_t>(first - begin), to = static_cast<std::ptrdiff_t>(end - begin);
    const Tensor tail = slice(y, 0, from, to);
    tape.backward(sum(tail * tail));
    std::size_t i = 0;
    for (const Tensor& p : nn::parameters(layer)) check_close(gradients.at(n)[i++].value(), p.grad().value());
  }
};

}  // namespace

TEST_CASE("the gradient looks back k2 steps, every k1 steps") {
  Rng rng(1);
  Run run(8, rng);
  const auto last = run({.k1 = 2, .k2 = 4});
  CHECK(run.fresh == std::vector<std::size_t>{0, 2, 4, 6});
  run.check_window(0, 0, 0, 2);
  run.check_window(1, 0, 2, 4);
  run.check_window(2, 2, 4, 6);
  run.check_window(3, 4, 6, 8);
  check_close(last.c.value(), run.layer(run.x).state.c.value());
  CHECK_FALSE(last.h.requires_grad());
}

TEST_CASE("k2 no multiple of k1, T no multiple of k1") {
  Rng rng(2);
  Run run(8, rng);
  run({.k1 = 3, .k2 = 4});
  CHECK(run.fresh == std::vector<std::size_t>{0, 3, 6});
  run.check_window(1, 2, 3, 6);
  run.check_window(2, 5, 6, 8);
}

TEST_CASE("k1 = k2: chunks with the state carried; k1 = k2 = T: nothing is cut") {
  Rng rng(3);
  Run chunks(7, rng), whole(7, rng);
  chunks({.k1 = 3, .k2 = 3});
  chunks.check_window(1, 3, 3, 6);
  chunks.check_window(2, 6, 6, 7);
  whole({.k1 = 7, .k2 = 7});
  whole.check_window(0, 0, 0, 7);
}

TEST_CASE("the tape shows the cut") {
  Rng rng(4);
  Run run(8, rng);
  run({.k1 = 2, .k2 = 4});
  CHECK_THAT(run.tapes, Contains("cut at t=0/from t=0/lstm/t=1") && Contains("cut at t=4/from t=4/lstm/t=0"));
}

TEST_CASE("wrong k1, k2 are named") {
  Rng rng(5);
  Run run(4, rng);
  CHECK_THROWS_WITH(run({.k1 = 0, .k2 = 2}), "[truncated_bptt] k1 = 0, k2 = 2: expected 1 <= k1 <= k2");
  CHECK_THROWS_WITH(run({.k1 = 3, .k2 = 2}), Contains("k1 = 3, k2 = 2"));
}
