#include "autograd/tensor.hpp"

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {
namespace {

Node& checked(Node* node, const char* what) {
  if (node == nullptr) fail(what, "the tensor is undefined: give it a value first");
  return *node;
}

Node& with_value(Node* node, const char* what) {
  if (checked(node, what).let_go)
    fail(what, "the value of this " + to_string(node->value.shape()) +
                   " was let go: a rule keeps what it reads in a tensor of its own");
  return *node;
}

}  // namespace

void Node::disowned() {
  if (places == 0) {
    delete this;
  } else {
    let_go = true;
    value.storage() = Buffer<Scalar>();
    cache.reset();
  }
}

Tensor::Tensor(Array&& value) : Tensor(std::unique_ptr<Node>(new Node{{}, std::move(value)})) {}
Tensor::Tensor(Scalar number) : Tensor(Array(Shape{})) { node_->value.data()[0] = number; }

const Array& Tensor::value() const { return with_value(node_, "value").value; }
const Shape& Tensor::shape() const { return checked(node_, "shape").value.shape(); }
std::size_t Tensor::size() const { return count(shape()); }
std::size_t Tensor::size(std::ptrdiff_t axis) const { return shape()[check_axis("size", axis, dim())]; }

Scalar Tensor::item() const {
  if (size() != 1) fail("item", "wants a tensor with one element, got " + to_string(shape()));
  return value().data()[0];
}

Array& Tensor::mutate() {
  Node& node = with_value(node_, "mutate");
  ++node.version;
  if (node.value.storage().shared()) node.value = Array(node.value);  // leave the other views alone
  return node.value;
}

bool Tensor::requires_grad() const { return node_ != nullptr && node_->requires_grad; }
Tensor Tensor::grad() const { return checked(node_, "grad").grad; }

void Tensor::set_grad(Tensor grad) {
  Node& node = checked(node_, "set_grad");
  if (grad.defined()) check_shape("set_grad", "gradient", shape(), grad.shape());
  node.grad = std::move(grad);
}

void Tensor::retain_grad() { checked(node_, "retain_grad").retains_grad = true; }

Tensor parameter(Array value) {
  Tensor leaf(std::move(value));
  leaf.node()->requires_grad = true;
  return leaf;
}

Tensor detach(const Tensor& x) {
  const Buffer<Scalar>& elements = x.value().storage();
  const bool slice = elements.size() * sizeof(Scalar) < elements.block_bytes();
  return Tensor(slice ? Array(x.value()) : share(x.value(), x.shape()));  // a slice would keep the whole
}

}  // namespace rw::inline REWIND_ABI
