// The batch split over threads: the same loss, the same gradients, the same bits each time.
#include "nn/data_parallel.hpp"

#include <catch2/catch.hpp>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/linear.hpp"
#include "nn/stacked.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t T = 5, B = 7, D = 6, H = 12;

struct Model {
  nn::Stacked<nn::LSTMCell> rnn;
  nn::Linear decoder, tied;
  explicit Model(Rng& rng, double dropout = 0)
      : rnn(D, H, 2, dropout, rng), decoder(H, 3, rng), tied(decoder) {}  // the same tensors once more
  void visit(auto&& f) { f("rnn", rnn), f("decoder", decoder), f("tied", tied); }
};

struct Result {
  Scalar loss;
  std::vector<Array> gradients;
};

// Sum of squares of the outputs, the batch in n parts.
Result run(Model& model, const Array& x, std::size_t n, std::uint64_t seed = 3) {
  std::vector<Tensor> parts;
  for (std::size_t i = 0; i < n; ++i)
    parts.push_back(slice(x, 1, static_cast<std::ptrdiff_t>(nn::part_begin(B, n, i)),
                          static_cast<std::ptrdiff_t>(nn::part_begin(B, n, i + 1))));
  Rng rng(seed);
  Tape tape;
  const Tensor loss = nn::parallel_loss(model, rng, n, [&](const Model& copy, std::size_t i) {
    const Tensor y = copy.decoder(copy.rnn(parts[i]).outputs);
    return sum(y * copy.tied(copy.rnn(parts[i]).outputs));
  });
  tape.backward(loss * Scalar(0.5));
  Result result{loss.item(), {}};
  for (Tensor& p : nn::parameters(model)) result.gradients.push_back(p.grad().value()), p.zero_grad();
  return result;
}

}  // namespace

TEST_CASE("a split batch has the loss and the gradients of the whole", "[parallel]") {
  Rng rng(1);
  Model model(rng);
  const Array x = rng.normal({T, B, D});
  const Result whole = run(model, x, 1);
  for (std::size_t n : {2, 3, 7}) {
    const Result split = run(model, x, n), again = run(model, x, n);
    CHECK(split.loss == Approx(whole.loss).epsilon(tolerance));
    CHECK(split.loss == again.loss);
    REQUIRE(split.gradients.size() == 10);
    for (std::size_t k = 0; k < split.gradients.size(); ++k) {
      check_close(split.gradients[k], whole.gradients[k]);
      CHECK(split.gradients[k] == again.gradients[k]);
    }
  }
}

TEST_CASE("gradients that a kept entry hands out are the caller's own", "[parallel]") {
  Rng rng(1);
  Model model(rng);
  Tensor bias = model.decoder.bias;
  Tape tape;
  const Tensor loss =
      nn::parallel_loss(model, rng, 2, [](const Model& copy, std::size_t) { return sum(copy.decoder.bias); });
  Tensor first = tape.grad({loss}, {bias}, {}, {.retain_graph = true})[0];
  for (Scalar& g : first.mutate()) g = 99;
  CHECK(tape.grad({loss}, {bias})[0].value() == Array(bias.shape(), Scalar(2)));
}

TEST_CASE("dropout of the parts: seeded, different in each part and step", "[parallel]") {
  Rng rng(1);
  Model model(rng, 0.5);
  const Array x = rng.normal({T, B, D});
  CHECK(run(model, x, 2, 3).loss == run(model, x, 2, 3).loss);
  CHECK(run(model, x, 2, 3).loss != run(model, x, 2, 4).loss);
  nn::eval(model);
  CHECK(run(model, x, 2, 3).loss == run(model, x, 2, 4).loss);
}

TEST_CASE("without a tape nothing is recorded; an update is seen by the next step", "[parallel]") {
  Rng rng(1);
  Model model(rng);
  const Array x = rng.normal({T, B, D});
  const Result before = run(model, x, 2);
  for (Tensor& p : nn::parameters(model))
    for (Scalar& w : p.mutate()) w *= Scalar(1.5);
  CHECK(run(model, x, 2).loss != before.loss);
  const Pause pause;
  const Tensor loss = nn::parallel_loss(
      model, rng, 2, [&](const Model& copy, std::size_t) { return sum(copy.rnn(Tensor(Array(x))).outputs); });
  CHECK(!loss.requires_grad());
}

TEST_CASE("what goes wrong in a part is said", "[parallel]") {
  Rng rng(1);
  Model model(rng);
  const auto wrong = [&](const Model& copy, std::size_t i) {
    if (i == 1) fail("part", "went wrong");
    return sum(copy.decoder.bias);
  };
  CHECK_THROWS_WITH(nn::parallel_loss(model, rng, 2, wrong), Contains("[part] went wrong"));
  const auto infinite = [&](const Model& copy, std::size_t i) {
    return sum(log(copy.decoder.bias * (i == 1 ? Scalar(0) : Scalar(1))));
  };
  const AnomalyMode anomaly;
  for (Scalar& b : model.decoder.bias.mutate()) b = 1;
  CHECK_THROWS_WITH(nn::parallel_loss(model, rng, 2, infinite), Contains("[log]"));
  Tape tape;
  const Tensor loss =
      nn::parallel_loss(model, rng, 2, [](const Model& copy, std::size_t) { return sum(copy.decoder.bias); });
  CHECK_THROWS_WITH(tape.backward(loss, {.create_graph = true}), Contains("cannot be differentiated twice"));
}

TEST_CASE("parts of a batch", "[parallel]") {
  set_threads(2);
  CHECK(nn::parts_of_batch(1) == 1);
  CHECK(nn::parts_of_batch(7) == 1);
  CHECK(nn::parts_of_batch(8) == 2);
  CHECK(nn::parts_of_batch(1000) == 2);
  CHECK(nn::part_begin(7, 3, 0) == 0);
  CHECK(nn::part_begin(7, 3, 1) == 3);
  CHECK(nn::part_begin(7, 3, 2) == 5);
  CHECK(nn::part_begin(7, 3, 3) == 7);
}
