// Lesson 1: what a tape is. Three operations are recorded, and walked back one by one.
//
//   y = w x,   z = tanh(y),   L = z^2
#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  Tensor w = parameter(Array(Shape{}, 0.5));  // a leaf: its gradient is wanted
  const Tensor x = 2.;                        // a constant: nobody asks for its gradient

  // Without a tape, operations compute and nothing else.
  claim("without a tape, w * x is a number and remembers nothing", !(w * x).requires_grad());

  Tape tape;
  Tensor y = w * x;
  Tensor z = tanh(y);
  const Tensor L = z * z;
  fmt::print("\nforward:   y = {:.4f}   z = {:.4f}   L = {:.4f}\n\nthe tape, {} entries:\n", y.item(), z.item(),
             L.item(), tape.size());
  std::cout.flush();
  tape.print(std::cout);

  y.retain_grad(), z.retain_grad();  // gradients are kept for leaves; of these two we want to see them
  tape.backward(L);
  fmt::print("\nrewound, from the last entry to the first:\n");
  fmt::print("  dL/dL = 1\n  dL/dz = 2 z              = {:.4f}\n", z.grad().item());
  fmt::print("  dL/dy = dL/dz (1 - z^2)  = {:.4f}\n", y.grad().item());
  fmt::print("  dL/dw = dL/dy x          = {:.4f}\n\n", w.grad().item());

  // The same by hand.
  const double dz = 2 * std::tanh(1.), dy = dz * (1 - std::tanh(1.) * std::tanh(1.)), dw = dy * 2;
  claim("by hand it is the same",
        lessons::same(w.grad().value(), Array(Shape{}, dw)) && lessons::same(y.grad().value(), Array(Shape{}, dy)));
  claim("the tape is used up", tape.size() == 0);

  // A difference of values needs no calculus: L(w + e) - L(w - e) over 2 e.
  const double e = 1e-6, up = std::tanh((0.5 + e) * 2), down = std::tanh((0.5 - e) * 2);
  claim("a difference of two values agrees", std::abs((up * up - down * down) / (2 * e) - w.grad().item()) < 1e-8);

  // Gradients add up until somebody clears them: a batch may come in two parts.
  const Tensor again = w * x;
  tape.backward(again);  // d(w x)/dw = x = 2
  claim("a second backward adds to w.grad()", std::abs(w.grad().item() - (dw + 2)) < 1e-12);
  w.zero_grad();
  claim("zero_grad() forgets it", !w.grad().defined());
  return claim.failed();
}
