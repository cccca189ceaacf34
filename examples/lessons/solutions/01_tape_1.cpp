// Lesson 1, exercise 1: the tape of sum(tanh(W x)) for matrices.
#include <iostream>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const Tensor W = parameter(rng.normal({2, 3})), x = rng.normal({3, 1});  // x is a constant

  Tape tape;
  const Tensor h = tanh(matmul(W, x));
  const Tensor L = sum(h);
  tape.print(std::cout);
  tape.backward(L);

  // dL/dW = (1 - h^2) x^T: an outer product, as large as W.
  const Tensor by_hand = matmul(1 - detach(h) * detach(h), x, {.b = true});
  claim("the gradient has W's shape (2, 3)", W.grad().shape() == Shape{2, 3});
  claim("it is (1 - h^2) x^T", lessons::same(W.grad().value(), by_hand.value()));
  return claim.failed();
}
