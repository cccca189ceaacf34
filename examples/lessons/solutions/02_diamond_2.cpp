// Lesson 2, exercise 2: a walk in the wrong order. "Nearest to the end first" reaches a through the short arm of the
// diamond and hands on what it has, before the long arm has arrived.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <deque>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

struct Arrow {
  int from;           // what is read
  double derivative;  // of the reader with respect to it
};

int main() {
  lessons::Claims claim;
  const double x = 0.5, a = std::exp(x), b = a * a;
  // x = 0, a = exp(x) = 1, b = a a = 2, y = a b = 3
  const std::vector<std::vector<Arrow>> reads{{}, {{0, a}}, {{1, 2 * a}}, {{1, b}, {2, a}}};

  std::array<double, 4> gradient{0, 0, 0, 1};
  std::array<bool, 4> walked{};
  for (std::deque<int> queue{3}; !queue.empty(); queue.pop_front()) {
    const int at = queue.front();
    if (walked[at]) continue;
    walked[at] = true;
    for (const Arrow& arrow : reads[at]) {
      gradient[arrow.from] += gradient[at] * arrow.derivative;
      queue.push_back(arrow.from);
    }
  }

  const Tensor leaf = parameter(Array(Shape{}, x));
  Tape tape;
  const Tensor A = exp(leaf);
  tape.backward(A * (A * A));
  fmt::print("nearest first: dy/dx = {:.4f}\nthe tape:      dy/dx = {:.4f}\n", gradient[0], leaf.grad().item());
  claim("nearest first lost what came late: two thirds", std::abs(3 * gradient[0] - leaf.grad().item()) < 1e-12);
  return claim.failed();
}
