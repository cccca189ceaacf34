// Lesson 11, exercise 2: training with a gradient penalty (compare Drucker & Le Cun 1992): the loss is to be small, and
// to react little to the inputs. The task: is the sum of 10 numbers positive?
#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/linear.hpp"
#include "nn/recurrent.hpp"
#include "nn/train/optim.hpp"

using namespace rw;

struct Model {
  nn::Recurrent<nn::LSTMCell> layer;
  nn::Linear decoder;
  void visit(auto&& f) { f("layer", layer), f("decoder", decoder); }
};
struct Result {
  double accuracy, sensitivity;  // |dL/dx|^2
};

Result train(double lambda) {
  Rng rng(1);
  Model model{{1, 8, rng}, {8, 1, rng}};
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-2});
  for (int step = 0;; ++step) {
    const std::size_t B = step < 200 ? 32 : 1000;  // the last batch measures
    const Tensor x = parameter(rng.normal({10, B, 1})), y = greater(sum(x, {0}), 0.);
    Tape tape;
    const Tensor logits = model.decoder(model.layer(x).state.h), loss = bce_with_logits(logits, y);
    const Tensor g = tape.grad({loss * static_cast<double>(B)}, {x}, {}, {.create_graph = true})[0];
    const Tensor penalty = sum(g * g) / static_cast<double>(B);
    if (step == 200) return {mean(equal(greater(detach(logits), 0.), y)).item(), penalty.item()};
    tape.backward(loss + lambda * penalty);
    optimizer->step();
    nn::zero_grad(model);
  }
}

int main() {
  lessons::Claims claim;
  const Result plain = train(0), calm = train(0.1);
  claim("both are right in more than 90 % of 1000 new sequences", plain.accuracy > 0.9 && calm.accuracy > 0.9);
  claim("with the penalty the loss reacts less than half as much", calm.sensitivity < plain.sensitivity / 2);
  return claim.failed();
}
