// Lesson 1, exercise 2: rewinding the same tape twice.
#include <fmt/format.h>

#include "autograd/error.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  const Tensor w = parameter(Array(Shape{}, 3.));

  Tape tape;
  const Tensor L = w * w;  // dL/dw = 2 w = 6
  tape.backward(L, {.retain_graph = true});
  fmt::print("once:  {:g}\n", w.grad().item());
  tape.backward(L);
  fmt::print("twice: {:g}\n", w.grad().item());
  claim("both were added", w.grad().item() == 12);

  bool refused = false;
  try {
    tape.backward(L);
  } catch (const Error& e) {
    refused = true;
    fmt::print("three times: {}\n", e.what());
  }
  claim("the third time is an error", refused);
  return claim.failed();
}
