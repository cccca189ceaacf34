// Lesson 4, exercise 2: what a truncated gradient cannot learn. The sign of the first input is asked for after T = 12
// steps of noise; the gradient is cut after k2.
#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/gru_cell.hpp"
#include "nn/linear.hpp"
#include "nn/recurrent.hpp"
#include "nn/train/optim.hpp"

using namespace rw;

struct Model {
  nn::Recurrent<nn::GRUCell> layer;
  nn::Linear decoder;
  void visit(auto&& f) { f("layer", layer), f("decoder", decoder); }
};

double accuracy_after_training(std::ptrdiff_t T, std::ptrdiff_t k2) {
  Rng rng(1);
  Model model{{1, 8, rng}, {8, 1, rng}};
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 2e-2});
  double right = 0;
  for (int step = 0; step < 400; ++step) {
    const std::size_t B = step < 399 ? 32 : 1000;  // the last batch measures
    Array x = rng.normal({static_cast<std::size_t>(T), B, 1}, 0, 0.3), y(Shape{B, 1});
    for (std::size_t b = 0; b < B; ++b) y(b, 0) = static_cast<double>(rng.below(2)), x(0, b, 0) = 2 * y(b, 0) - 1;

    auto state = model.layer.zero_state(B);
    if (k2 < T) state = model.layer(slice(x, 0, 0, T - k2), state).state;  // no tape: nothing to cut
    Tape tape;
    const Tensor logits = model.decoder(model.layer(slice(x, 0, T - k2, T), state).state.h);
    right = 0;
    for (std::size_t b = 0; b < B; ++b) right += (logits.value()(b, 0) > 0) == (y(b, 0) > 0) ? 1. / B : 0;
    tape.backward(bce_with_logits(logits, y));
    nn::clip_grad_norm(nn::parameters(model), 1);
    optimizer->step();
    nn::zero_grad(model);
  }
  return right;
}

int main() {
  const std::ptrdiff_t T = 12;
  lessons::Claims claim;
  const double whole = accuracy_after_training(T, T), cut = accuracy_after_training(T, 4);
  claim("k2 = T: more than 95 % of new sequences are right", whole > 0.95);
  claim("k2 = 4: fewer than 65 % are, and guessing has 50 %", cut < 0.65);
  return claim.failed();
}
