// Derivatives of functions: products with the Jacobian J from either side, J itself, products with the Hessian H.
//
//   auto f = [](const Tensors& x) { return Tensors{tanh(matmul(x[0], x[1]))}; };
//   Tensors g = vjp(f, {a, b}, {v}).products;    // v^T J, one for each input: what backward() computes
//   Tensors d = jvp(f, {a, b}, {u, w}).products;  // J (u, w), one for each output: how the outputs move with the
//   inputs
//
// `f` is called on variables of the inputs' values; what it reads besides them is constant. The results are constants.
// Each throws if an output does not have the shape of its vector, or an input that of its own.
#pragma once

#include <functional>

#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI {

using Function = std::function<Tensors(const Tensors&)>;

struct JacobianProducts {
  Tensors outputs;   // f(x)
  Tensors products;  // vjp: as the inputs; jvp: as the outputs
};

JacobianProducts vjp(const Function& f, const Tensors& x, const Tensors& v);  // v: one of each output's shape
// The derivative of v^T J, which is linear in v, with respect to v: two sweeps, no rule of its own.
JacobianProducts jvp(const Function& f, const Tensors& x, const Tensors& u);  // u: one of each input's shape

// d f(x) / d x, of shape (output's shape, input's shape): one sweep for each element of the output.
Tensor jacobian(const std::function<Tensor(const Tensor&)>& f, const Tensor& x);

// H v for an f with one element: the gradient of the gradient's product with v (Pearlmutter 1994). As the inputs.
Tensors hvp(const std::function<Tensor(const Tensors&)>& f, const Tensors& x, const Tensors& v);

}  // namespace rw::inline REWIND_ABI
