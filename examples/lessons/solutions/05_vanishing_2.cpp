// Lesson 5, exercise 2: eigenvalues tell how it ends, singular values how it begins. U has both eigenvalues 0.8, but it
// is not normal: for a while the gradient grows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "examples/lessons/claims.hpp"
#include "nn/study/jacobians.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  double a = 1, b = 0, largest = 0, last = 0;  // U^d = (a b; 0 a), U = (0.8 2; 0 0.8)
  fmt::print("  d   0.8^d   |U^d|\n");
  for (int d = 0; d <= 40; ++d) {
    Array power(Shape{2, 2}, 0.);
    power(0, 0) = power(1, 1) = a, power(0, 1) = b;
    last = nn::largest_singular_value(power);
    largest = std::max(largest, last);
    if (d == 0 || d == 1 || d == 2 || d == 4 || d == 10 || d == 20 || d == 40)
      fmt::print("{:>3}{:>8.4f}{:>8.4f}\n", d, std::pow(0.8, d), last);
    b = 0.8 * b + 2 * a, a *= 0.8;
  }
  claim("it grows first", largest > 4);
  claim("and vanishes in the end", last < 0.02);
  return claim.failed();
}
