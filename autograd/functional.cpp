#include "autograd/functional.hpp"

#include <algorithm>

#include "autograd/check.hpp"
#include "autograd/record.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {
namespace {

Tensors variables(const Tensors& x) {
  Tensors all;
  for (const Tensor& each : x) all.push_back(parameter(each.value()));
  return all;
}

// What f is given: on the tape, so that a result may be one of them.
Tensors recorded(const Tensors& x) {
  Tensors all;
  for (const Tensor& each : x)
    all.push_back(record("input", share(each.value(), each.shape()), wrt(each, [](auto& dy) { return dy; })));
  return all;
}

Tensors constants(const Tensors& x) {
  Tensors all;
  for (const Tensor& each : x) all.push_back(detach(each));
  return all;
}

void check_vectors(const char* op, const char* role, const Tensors& x, const Tensors& v) {
  if (x.size() != v.size())
    fail(op, std::string(role) + "s: expected " + std::to_string(x.size()) + ", got " + std::to_string(v.size()));
  for (std::size_t i = 0; i < x.size(); ++i) check_shape(op, role, x[i].shape(), v[i].shape());
}

// v^T J; an output that no input moves adds nothing.
Tensors pull_back(Tape& tape, const Tensors& y, const Tensors& x, const Tensors& v, BackwardOptions options = {}) {
  Tensors outputs, cotangents;
  for (std::size_t k = 0; k < y.size(); ++k)
    if (y[k].requires_grad()) outputs.push_back(y[k]), cotangents.push_back(v[k]);
  return tape.grad(outputs, x, cotangents, options);
}

}  // namespace

JacobianProducts vjp(const Function& f, const Tensors& x, const Tensors& v) {
  const Tensors inputs = variables(x);
  Tape tape;
  const Tensors y = f(recorded(inputs));
  check_vectors("vjp", "vector", y, v);
  return {constants(y), pull_back(tape, y, inputs, v)};
}

JacobianProducts jvp(const Function& f, const Tensors& x, const Tensors& u) {
  check_vectors("jvp", "vector", x, u);
  const Tensors inputs = variables(x);
  Tape tape;
  const Tensors y = f(recorded(inputs));
  Tensors v;
  for (const Tensor& each : y) v.push_back(parameter(Array(each.shape(), Scalar(0))));
  const Tensors g = pull_back(tape, y, inputs, v, {.create_graph = true});
  return {constants(y), pull_back(tape, g, v, u)};
}

Tensor jacobian(const std::function<Tensor(const Tensor&)>& f, const Tensor& x) {
  const Tensor input = parameter(x.value());
  Tape tape;
  const Tensor y = f(recorded({input})[0]);
  Shape shape = y.shape();
  shape.insert(shape.end(), x.shape().begin(), x.shape().end());
  Array rows(shape, Scalar(0));
  for (std::size_t i = 0; y.requires_grad() && i < y.size(); ++i) {
    Array one(y.shape(), Scalar(0));
    one.data()[i] = 1;
    const Tensor row = tape.grad({y}, {input}, {one}, {.retain_graph = true})[0];
    std::copy_n(row.value().data(), x.size(), rows.data() + i * x.size());
  }
  return rows;
}

Tensors hvp(const std::function<Tensor(const Tensors&)>& f, const Tensors& x, const Tensors& v) {
  check_vectors("hvp", "vector", x, v);
  const Tensors inputs = variables(x);
  Tape tape;
  const Tensors g = pull_back(tape, {f(recorded(inputs))}, inputs, {Tensor()}, {.create_graph = true});
  return pull_back(tape, g, inputs, v);
}

}  // namespace rw::inline REWIND_ABI
