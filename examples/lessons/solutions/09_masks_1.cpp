// Lesson 9, exercise 1: the mean loss of a padded batch. Dividing by T counts steps that are not there.
#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  // Losses of two sequences, 4 steps and 2; each real step lost 1, what stands in the padding is rubbish.
  Array losses(Shape{4, 2}, 1.), real(Shape{4, 2}, 1.);
  for (std::size_t t = 2; t < 4; ++t) losses(t, 1) = 77, real(t, 1) = 0;
  const Tensor l = losses, m = real;

  const double naive = mean(l).item(), zeroed = mean(where(m, l, 0)).item();
  const double right = (sum(where(m, l, 0)) / sum(m)).item();
  fmt::print("mean of everything:           {:g}\n", naive);
  fmt::print("padding set to 0, then mean:  {:g}\n", zeroed);
  fmt::print("sum over real / number real:  {:g}\n", right);
  claim("only the last is the mean of the real steps", right == 1 && zeroed < 1 && naive > 1);
  return claim.failed();
}
