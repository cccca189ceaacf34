// Lesson 11: derivatives of derivatives. The walk back is made of operations; with create_graph they are recorded too.
#include <fmt/format.h>

#include <cmath>

#include "autograd/functional.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/module.hpp"
#include "nn/recurrent.hpp"

using namespace rw;

using Layer = nn::Recurrent<nn::LSTMCell>;

// x^4 at 2, differentiated again and again: 4 x^3, 12 x^2, 24 x, 24.
void powers(lessons::Claims& claim) {
  const Tensor x = parameter(Array(Shape{}, 2.));
  Tape tape;
  Tensor y = pow(x, 4.);
  fmt::print("derivative    value   entries\n{:>10}{:>9g}{:>10}\n", 0, y.item(), tape.size());
  for (int order = 1; order <= 4; ++order) {
    y = tape.grad({y}, {x}, {}, {.create_graph = true})[0];
    fmt::print("{:>10}{:>9g}{:>10}\n", order, y.item(), tape.size());
  }
  claim("the fourth is 24", std::abs(y.item() - 24) < 1e-12);
}

// The loss of an LSTM as a function of its weights.
Tensor loss_of(Layer& layer, const Tensors& weights, const Tensor& x) {
  std::size_t i = 0;
  nn::for_each_parameter(layer, [&](const std::string&, Tensor& p) { p = weights[i++]; });
  const Tensor h = layer(x).outputs;
  return 0.5 * sum(h * h);
}

double dot(const Tensors& a, const Tensors& b) {
  double s = 0;
  for (std::size_t i = 0; i < a.size(); ++i) s += sum(a[i] * b[i]).item();
  return s;
}
Tensors random_like(const Tensors& x, Rng& rng) {
  Tensors v;
  for (const Tensor& p : x) v.push_back(rng.normal(p.shape()));
  return v;
}
Tensors moved(const Tensors& x, double e, const Tensors& v) {
  Tensors y;
  for (std::size_t i = 0; i < x.size(); ++i) y.push_back(parameter((x[i] + e * v[i]).value()));
  return y;
}

// H v: how the gradient changes when the weights move along v. Nobody makes H.
void hessian_vector_product(lessons::Claims& claim, Layer& layer, const Tensors& w, const Tensor& x, Rng& rng) {
  const auto loss = [&](const Tensors& p) { return loss_of(layer, p, x); };
  const Tensors u = random_like(w, rng), v = random_like(w, rng);
  const Tensors Hu = hvp(loss, w, u), Hv = hvp(loss, w, v);
  const double uHv = dot(u, Hv);

  const auto slope_along_u = [&](double e) {
    const Tensors at = moved(w, e, v);
    Tape tape;
    return dot(u, tape.grad({loss(at)}, at));
  };
  const double difference = (slope_along_u(1e-5) - slope_along_u(-1e-5)) / 2e-5;
  std::size_t n = 0;
  for (const Tensor& p : w) n += p.size();
  fmt::print("\n{} weights; the Hessian would have {} elements\nu H v  = {:.4f}\n", n, n * n, uHv);
  claim("a difference of two gradients agrees", std::abs(uHv - difference) < 1e-6 * std::abs(uHv));
  claim("u H v = v H u: H is symmetric", std::abs(uHv - dot(v, Hu)) < 1e-10);
}

// P = |dL/dx|^2, how much the loss reacts to the inputs; and its gradient, through the LSTM's walk back.
void gradient_penalty(lessons::Claims& claim, Layer& layer, const Tensors& w, const Tensor& x, Rng& rng) {
  const auto penalty = [&](const Tensors& p) {
    const Tensor g = grad({loss_of(layer, p, x)}, {x}, {}, {.create_graph = true})[0];
    return sum(g * g);
  };
  const auto value = [&](const Tensors& p) {
    Tape tape;
    return penalty(p).item();
  };
  Tape tape;
  const Tensor P = penalty(w);
  fmt::print("\npenalty |dL/dx|^2 = {:.4f}, a tape of {} entries\n", P.item(), tape.size());
  const Tensors gradients = tape.grad({P}, w), v = random_like(w, rng);
  const double e = 1e-5, difference = (value(moved(w, e, v)) - value(moved(w, -e, v))) / (2 * e);
  claim("its gradient agrees with a difference",
        std::abs(dot(gradients, v) - difference) < 1e-6 * std::abs(difference));
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  Layer layer(2, 4, rng);
  const Tensors w = nn::parameters(layer);
  const Tensor x = parameter(rng.normal({5, 1, 2}));
  powers(claim);
  hessian_vector_product(claim, layer, w, x, rng);
  gradient_penalty(claim, layer, w, x, rng);
  return claim.failed();
}
