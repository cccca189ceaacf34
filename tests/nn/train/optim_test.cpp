#include "nn/train/optim.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/rng.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t n = 19, steps = 5;

nn::OptimizerOptions options() {
  return {.lr = 0.02, .weight_decay = 0.1, .momentum = 0.9, .alpha = 0.95, .beta1 = 0.8, .beta2 = 0.97, .eps = 1e-6};
}

// One element, as PyTorch's documentation writes the update; t counts from 1.
struct Reference {
  double p, m = 0, v = 0;

  void step(const std::string& name, double g, int t) {
    const auto o = options();
    if (name == "adamw")
      p -= o.lr * o.weight_decay * p;
    else
      g += o.weight_decay * p;
    if (name == "sgd") {
      m = o.momentum * m + g;
      p -= o.lr * m;
    } else if (name == "rmsprop") {
      v = o.alpha * v + (1 - o.alpha) * g * g;
      p -= o.lr * g / (std::sqrt(v) + o.eps);
    } else if (name == "adagrad") {
      v += g * g;
      p -= o.lr * g / (std::sqrt(v) + o.eps);
    } else {
      m = o.beta1 * m + (1 - o.beta1) * g;
      v = o.beta2 * v + (1 - o.beta2) * g * g;
      p -= o.lr * (m / (1 - std::pow(o.beta1, t))) / (std::sqrt(v / (1 - std::pow(o.beta2, t))) + o.eps);
    }
  }
};

}  // namespace

TEST_CASE("every optimiser takes the steps of its formula, also from a saved state") {
  for (const std::string name : {"sgd", "rmsprop", "adagrad", "adam", "adamw"}) {
    Rng rng(1);
    const nn::NamedParameters named{{"w", parameter(rng.normal({n}))}};
    Tensor w = named[0].second;
    std::vector<Reference> reference;
    for (std::size_t i = 0; i < n; ++i) reference.push_back({static_cast<double>(w.value()(i))});
    auto optimizer = nn::make_optimizer(name, named, options());
    for (std::size_t t = 1; t <= steps; ++t) {
      if (t == 3) {
        const nn::NamedArrays saved = optimizer->state();
        optimizer = nn::make_optimizer(name, named, options());
        optimizer->set_state(saved);
      }
      w.set_grad(rng.normal({n}));
      for (std::size_t i = 0; i < n; ++i)
        reference[i].step(name, static_cast<double>(w.grad().value()(i)), static_cast<int>(t));
      optimizer->step();
    }
    INFO(name);
    for (std::size_t i = 0; i < n; ++i)
      CHECK(static_cast<double>(w.value()(i)) == Approx(reference[i].p).epsilon(1e-4).margin(1e-5));
  }
}

TEST_CASE("a parameter without a gradient stays") {
  const nn::NamedParameters named{{"a", parameter(Array(Shape{2}, Scalar(1)))},
                                  {"b", parameter(Array(Shape{2}, Scalar(1)))}};
  Tensor a = named[0].second;
  a.set_grad(Array(Shape{2}, Scalar(1)));
  nn::make_optimizer("sgd", named, {.lr = 0.5})->step();
  CHECK(a.value()(0) == Scalar(0.5));
  CHECK(named[1].second.value()(0) == 1);
}

TEST_CASE("clip_grad_norm scales all gradients by their global norm") {
  Tensor a = parameter(Array(Shape{40}, Scalar(0))), b = parameter(Array(Shape{}, Scalar(0)));
  a.set_grad(Array(Shape{40}, Scalar(3))), b.set_grad(Array(Shape{}, Scalar(4)));
  const double norm = std::sqrt(40 * 9 + 16);
  CHECK(nn::clip_grad_norm({a, b}, 0) == Approx(norm));
  CHECK(a.grad().value()(0) == 3);
  CHECK(nn::clip_grad_norm({a, b}, 2 * norm) == Approx(norm));
  CHECK(a.grad().value()(39) == 3);
  CHECK(nn::clip_grad_norm({a, b}, 1) == Approx(norm));
  CHECK(nn::clip_grad_norm({a, b}, 1) == Approx(1));
  CHECK(b.grad().item() == Approx(4 / norm));
}

TEST_CASE("wrong options and states are named") {
  const nn::NamedParameters named{{"w", parameter(Array(Shape{2}, Scalar(1)))}};
  CHECK_THROWS_WITH(nn::make_optimizer("sdg", named, {}), Contains("'sdg' is unknown") && Contains("adamw"));
  CHECK_THROWS_WITH(nn::make_optimizer("adam", named, {.lr = -1}), Contains("lr = -1"));
  CHECK_THROWS_WITH(nn::make_optimizer("adam", named, {.lr = std::nan("")}), Contains("lr = nan"));
  CHECK_THROWS_WITH(nn::make_optimizer("adam", named, {.beta2 = 1}), Contains("beta2 = 1"));
  CHECK_THROWS_WITH(nn::make_optimizer("adam", named, {})->set_state({{"step", Array(Shape{}, Scalar(1))}}),
                    Contains("w.exp_avg"));
}
