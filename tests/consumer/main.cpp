#include <iostream>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

int main() {
  rw::Tensor w = rw::parameter(rw::Array{{1, 2}, {3, 4}}), x = rw::Array{{1, 2}, {3, 4}};
  rw::Tape tape;
  tape.backward(rw::sum(rw::matmul(w, x)));
  std::cout << "d/dw =";
  for (rw::Scalar g : w.grad().value()) std::cout << ' ' << g;
  std::cout << ", " << sizeof(rw::Scalar) << " bytes\n";
}
