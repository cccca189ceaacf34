// How far back a loss reaches: its gradient with respect to what the layers read at each step. It is what vanishes, or
// explodes, on the way back through time (Bengio, Simard & Frasconi 1994).
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/module.hpp"

namespace rw::inline REWIND_ABI::models {

// The norm of each row of x (N, D), as an array of `shape`.
Array norms_of_rows(const Array& x, const Shape& shape);

// The norms of d L_b / d x(t, b), (T, B), for x(t, b) = weight[inputs(t, b)] with the model's parameter `weight`, and
// L_b the loss of sequence b, of which loss(model, inputs) is the mean; in eval mode. The model is not changed: a copy
// reads a weight that has a row of its own for each step of each sequence. Throws if it has no such parameter.
template <class Model, class Loss>
Array input_gradient_norms(const Model& model, const std::string& weight, const IndexArray& inputs, const Loss& loss) {
  const std::size_t steps = inputs.size();
  Model copy = model;
  nn::eval(copy);
  Tensor x;  // (T B, D)
  nn::for_each_parameter(copy, [&](const std::string& name, Tensor& p) {
    if (!p.defined()) return;
    p = detach(p);
    if (name == weight) p = x = parameter(embedding(p, share(inputs, {steps})).value());
  });
  if (!x.defined()) fail("input_gradients", "the model has no parameter '" + weight + "'");
  IndexArray rows(inputs.shape());
  std::iota(rows.begin(), rows.end(), Index(0));
  {
    Tape tape;
    tape.backward(loss(std::as_const(copy), rows) * static_cast<Scalar>(inputs.shape()[1]));
  }
  return norms_of_rows(x.grad().value(), inputs.shape());
}

// The mean over the sequences of the norm d steps before each one's end, for every d that all of them have.
// norms (T, B), lengths (B) within 1 ... T.
std::vector<double> mean_by_distance(const Array& norms, const IndexArray& lengths);

}  // namespace rw::inline REWIND_ABI::models
