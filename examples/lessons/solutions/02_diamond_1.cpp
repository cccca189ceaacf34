// Lesson 2, exercise 1: the diamond in every recurrent network. h_1 is read by its own loss and by the next step.
#include <fmt/format.h>

#include <array>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"

using namespace rw;

enum class Cut { nothing, own_loss, next_step };

// h_1 = tanh(u h_0), h_2 = tanh(u h_1), L = h_1^2 + h_2^2: dL/dh_1
double gradient_of_h1(Cut cut) {
  const Tensor u = parameter(Array(Shape{}, 0.8));
  Tape tape;
  Tensor h1 = tanh(u * 1.);
  h1.retain_grad();
  const Tensor h2 = tanh(u * (cut == Cut::next_step ? detach(h1) : h1));
  const Tensor own = cut == Cut::own_loss ? detach(h1) : h1;
  tape.backward(own * own + h2 * h2);
  return h1.grad().item();
}

int main() {
  lessons::Claims claim;
  const double whole = gradient_of_h1(Cut::nothing), next = gradient_of_h1(Cut::own_loss),
               own = gradient_of_h1(Cut::next_step);
  fmt::print("dL/dh_1 = {:.4f}\n  from its own loss   {:.4f}\n  from the next step  {:.4f}\n", whole, own, next);
  claim("the whole is the sum", std::abs(whole - (own + next)) < 1e-12);
  return claim.failed();
}
