// Derivatives of derivatives through recurrent layers, and sequences of a hundred thousand steps.
#include "nn/cells/cells.hpp"
#include "nn/recurrent.hpp"
#include "nn/train/optim.hpp"
#include "tests/nn/support.hpp"

using namespace rw;

#ifdef REWIND_DOUBLE
TEST_CASE("a Hessian-vector product through an LSTM is the difference of two gradients") {
  Rng rng(1);
  nn::Recurrent<nn::LSTMCell> layer(2, 3, rng);
  const Tensor x = rng.normal({5, 2, 2});
  const Tensors parameters = nn::parameters(layer);
  Tensors v;
  for (const Tensor& p : parameters) v.push_back(rng.normal(p.shape()));
  const auto loss = [&] {
    const Tensor y = layer(x).outputs;
    return sum(y * y);
  };
  const auto gradient_at = [&](double step) {
    const auto move = [&](double by) {
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        Tensor p = parameters[i];
        p.mutate() += by * v[i].value();
      }
    };
    move(step);
    Tape tape;
    const Tensors g = tape.grad({loss()}, parameters);
    move(-step);
    return g;
  };
  const double eps = 1e-5;
  const Tensors after = gradient_at(eps), before = gradient_at(-eps);
  Tape tape;
  const Tensors g = tape.grad({loss()}, parameters, {}, {.create_graph = true});
  Tensor dot = Scalar(0);
  for (std::size_t i = 0; i < g.size(); ++i) dot = dot + sum(g[i] * v[i]);
  const Tensors product = tape.grad({dot}, parameters);
  for (std::size_t i = 0; i < g.size(); ++i)
    check_close(product[i].value(), (after[i].value() - before[i].value()) / (2 * eps), 1e-7);
}
#endif

// The loss is the norm of d output / d input itself.
TEST_CASE("a gradient penalty trains an LSTM to listen less") {
  Rng rng(2);
  nn::Recurrent<nn::LSTMCell> layer(2, 8, rng);
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(layer), {.lr = 1e-2});
  const Tensor x = parameter(rng.normal({6, 4, 2})), direction = rng.normal({6, 4, 8});
  double first = 0, last = 0;
  for (int step = 0; step < 60; ++step) {
    nn::zero_grad(layer);
    Tape tape;
    const Tensor dx = tape.grad({sum(layer(x).outputs * direction)}, {x}, {}, {.create_graph = true})[0];
    const Tensor penalty = sqrt(sum(dx * dx));
    tape.backward(penalty);
    optimizer->step();
    last = static_cast<double>(penalty.item());
    if (step == 0) first = last;
  }
  CHECK(last < 0.3 * first);
}

// Run under a small stack by ctest.
TEST_CASE("100,000 steps train, and the tape grows with their number", "[long]") {
  Rng rng(3);
  nn::Recurrent<nn::LSTMCell> layer(4, 16, rng);
  const auto optimizer = nn::make_optimizer("sgd", nn::named_parameters(layer), {.lr = 1e-6});
  const auto train = [&](std::size_t T) {
    nn::zero_grad(layer);
    const Tensor x = rng.normal({T, 1, 4});
    Tape tape;
    const Tensor y = layer(x).outputs, loss = mean(y * y);
    const auto bytes = static_cast<double>(tape.bytes());
    tape.backward(loss);
    optimizer->step();
    CHECK(std::isfinite(loss.item()));
    return bytes / static_cast<double>(T);
  };
  const double few = train(1000), many = train(100'000);
  CHECK(many == Approx(few).epsilon(0.01));
  WARN("tape: " << many << " bytes a step (LSTM, H = 16, B = 1)");
}
