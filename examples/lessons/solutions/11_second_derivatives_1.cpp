// Lesson 11, exercise 1: the largest curvature of a loss, by multiplying with H again and again; and the whole H.
#include <fmt/format.h>

#include <cmath>

#include "autograd/functional.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/study/jacobians.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const Tensor U = parameter(rng.normal({3, 3}, 0, 0.5)), h0 = rng.normal({1, 3});
  const auto loss = [&](const Tensor& weight) {
    Tensor h = h0;
    for (int t = 0; t < 4; ++t) h = tanh(affine(h, weight, Tensor()));
    return 0.5 * sum(h * h);
  };

  // Power iteration: v <- H v / |H v|. One forward run and two walks back for each product.
  Tensor v = rng.normal({3, 3});
  double curvature = 0;
  for (int i = 0; i < 200; ++i) {
    const Tensor Hv = hvp([&](const Tensors& w) { return loss(w[0]); }, {U}, {v})[0];
    curvature = std::sqrt(sum(Hv * Hv).item());
    v = Hv * (1 / curvature);
  }

  // The whole Hessian is the Jacobian of the gradient: 9 x 9 numbers, a walk for each row.
  const auto gradient = [&](const Tensor& w) { return grad({loss(w)}, {w}, {}, {.create_graph = true})[0]; };
  const Array H = reshape(jacobian(gradient, U), {9, 9}).value();
  const double exact = nn::largest_singular_value(H);  // of a symmetric matrix: the largest |eigenvalue|
  fmt::print("by products with H: {:.4f}\nfrom the whole H:   {:.4f}\n", curvature, exact);
  claim("they agree", std::abs(curvature - exact) < 1e-6 * exact);
  return claim.failed();
}
