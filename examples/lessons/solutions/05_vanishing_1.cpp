// Lesson 5, exercise 1: clipping. An exploding gradient is made shorter; its direction stays.
#include <fmt/format.h>

#include <cmath>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/init.hpp"
#include "nn/train/optim.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const Tensor U = parameter(nn::init::orthogonal(8, 8, rng).value() * 1.5);
  {
    Tape tape;
    Tensor h = Array(Shape{1, 8}, 0.01);
    for (int t = 0; t < 40; ++t) h = affine(h, U, Tensor());  // linear: it explodes
    tape.backward(0.5 * sum(h * h));
  }
  const Tensor before = Array(U.grad().value());  // a copy: clipping changes it in place
  const double norm = nn::clip_grad_norm({U}, 1);
  const Tensor after = U.grad();

  const double shorter = std::sqrt(sum(after * after).item());
  const double cosine = sum(before * after).item() / (norm * shorter);
  fmt::print("norm before: {:.1e}\nnorm after:  {:.4f}\n", norm, shorter);
  claim("the direction is the same", std::abs(cosine - 1) < 1e-12);
  return claim.failed();
}
