// Lesson 2: a diamond. A value that is used twice gets two contributions to its gradient, and both must be there before
// it hands them on. Why the order of creation, reversed, is good enough.
//
//   a = exp(x),   b = a^2,   y = a b       so y = exp(3 x), and dy/dx = 3 exp(3 x)
#include <fmt/format.h>

#include <cmath>
#include <iostream>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

// Whoever reads a value was created after it: then the walk from the end meets all readers before the value itself.
bool readers_come_later(const Tape& tape) {
  bool later = true;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    const std::uint32_t slot = tape.entries()[i].outputs()[0].slot;
    std::string readers;
    for (std::size_t j = 0; j < tape.size(); ++j)
      for (const Operand& read : tape.entries()[j].inputs())
        if (read.slot == slot) {
          readers += fmt::format(" {}", tape.entries()[j].op);
          later = later && j > i;
        }
    fmt::print("  %{} {:<5} is read by{}\n", slot, tape.entries()[i].op, readers.empty() ? " nobody" : readers);
  }
  return later;
}

void one_diamond(lessons::Claims& claim) {
  const Tensor x = parameter(Array(Shape{}, 0.5));
  Tape tape;
  Tensor a = exp(x);
  const Tensor b = a * a;
  const Tensor y = a * b;
  tape.print(std::cout);
  std::cout << '\n';
  claim("every reader comes later", readers_come_later(tape));

  a.retain_grad();
  tape.backward(y);
  const double A = std::exp(0.5);
  fmt::print("\n  from y = a b:            b     = {:.4f}\n", A * A);
  fmt::print("  from b = a a, twice:     a 2 a = {:.4f}\n", 2 * A * A);
  fmt::print("  together, dy/da:                 {:.4f}\n", a.grad().item());
  claim("dy/da is their sum", std::abs(a.grad().item() - 3 * A * A) < 1e-12);
  claim("dy/dx is 3 exp(3 x)", std::abs(x.grad().item() - 3 * std::exp(1.5)) < 1e-12);
}

// n diamonds, one upon the other: x -> x + x -> ... Each doubles the number of paths from the end to x.
void many_diamonds(lessons::Claims& claim) {
  fmt::print("\n diamonds  entries  paths to x      dy/dx\n");
  bool counted = true, once = true;
  for (const int n : {1, 2, 10, 50}) {
    const Tensor x = parameter(Array(Shape{}, 1.));
    Tape tape;
    Tensor y = x;
    for (int i = 0; i < n; ++i) y = y + y;
    const std::size_t entries = tape.size();
    tape.backward(y);
    fmt::print("{:>9}  {:>7}     2^{:<2}      {:>10.4g}\n", n, entries, n, x.grad().item());
    counted = counted && x.grad().item() == std::ldexp(1., n);
    once = once && entries == static_cast<std::size_t>(n) + 1;
  }
  claim("dy/dx counts the paths", counted);
  claim("the walk is as long as the tape, not as the number of paths", once);
}

int main() {
  lessons::Claims claim;
  one_diamond(claim);
  many_diamonds(claim);
  return claim.failed();
}
