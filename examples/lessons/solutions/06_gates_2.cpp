// Lesson 6, exercise 2: does it matter for learning? The sign of the first of T = 40 inputs, asked for at the end.
#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/cells/rnn_cell.hpp"
#include "nn/linear.hpp"
#include "nn/recurrent.hpp"
#include "nn/train/optim.hpp"

using namespace rw;

template <class Cell>
struct Model {
  nn::Recurrent<Cell> layer;
  nn::Linear decoder;
  void visit(auto&& f) { f("layer", layer), f("decoder", decoder); }
};

template <class Cell>
double accuracy_after_training(double forget_bias) {
  Rng rng(1);
  Model<Cell> model{{1, 8, rng}, {8, 1, rng}};
  if constexpr (requires { model.layer.cell.set_forget_bias(1); }) model.layer.cell.set_forget_bias(forget_bias);
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-2});
  double right = 0;
  for (int step = 0; step <= 300; ++step) {
    const std::size_t B = step < 300 ? 32 : 1000;  // the last batch measures
    Array x = rng.normal({40, B, 1}, 0, 0.3), y(Shape{B, 1});
    for (std::size_t b = 0; b < B; ++b) y(b, 0) = static_cast<double>(rng.below(2)), x(0, b, 0) = 2 * y(b, 0) - 1;
    Tape tape;
    const Tensor logits = model.decoder(model.layer(x).state.h);
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
  lessons::Claims claim;
  const double a = accuracy_after_training<nn::RNNCell>(0), b = accuracy_after_training<nn::LSTMCell>(0),
               c = accuracy_after_training<nn::LSTMCell>(5);
  claim("RNN: it guesses, fewer than 65 % are right", a < 0.65);
  claim("LSTM, forget bias 0: it guesses too", b < 0.65);
  claim("LSTM, forget bias 5: more than 95 % are right", c > 0.95);
  return claim.failed();
}
