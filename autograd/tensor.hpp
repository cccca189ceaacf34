// Tensor: a handle to {value, gradient, place on the tape}. Copying a Tensor copies the handle.
//
// A tensor is a constant (made from an array or a number), a leaf (parameter(): its gradient is wanted), or
// the result of a recorded operation. Handles belong to one thread: a second thread works on its own tensors.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

struct Node;
class Slab;

class Tensor {
 public:
  Tensor() = default;                                   // undefined: no value
  Tensor(Array&& value);                                // a constant   NOLINT: arrays and numbers are meant to convert
  Tensor(const Array& value) : Tensor(Array(value)) {}  // NOLINT
  Tensor(Scalar number);                                // a constant of shape ()   NOLINT
  Tensor(const Tensor& other) noexcept;
  Tensor(Tensor&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Tensor();

  bool defined() const { return node_ != nullptr; }
  const Array& value() const;
  const Shape& shape() const;
  std::size_t dim() const { return shape().size(); }
  std::size_t size() const;
  std::size_t size(std::ptrdiff_t axis) const;  // negative axes count from the end
  Scalar item() const;                          // the only element; throws if there are more

  // For optimisers, loaders and the like. Rewinding a tape that recorded the old value is an error. Call it anew for
  // each change: what was made from the value, such as a packed weight, is made anew after a call.
  Array& mutate();

  bool requires_grad() const;
  // The gradient that backward() left here; undefined before. Kept for leaves, and after retain_grad().
  Tensor grad() const;
  void set_grad(Tensor grad);
  void zero_grad() { set_grad(Tensor()); }
  void retain_grad();

  bool is(const Tensor& other) const { return node_ == other.node_; }  // the same variable, not an equal value
  Node* node() const { return node_; }                                 // for the tape

  explicit Tensor(std::unique_ptr<Node> node) noexcept;  // of a new node
  explicit Tensor(Node& node) noexcept;                  // another handle to one

 private:
  Node* node_ = nullptr;
};

using Tensors = pool::Vector<Tensor>;
using TensorSpan = std::span<const Tensor>;

// A leaf: a tensor whose gradient is wanted.
Tensor parameter(Array value);

// The same value, cut from the tape: here back-propagation ends.
Tensor detach(const Tensor& x);

// Something made from a value that operations want to find again, such as a packed weight.
struct Cache {
  virtual ~Cache() = default;
};

// What a handle points to.
struct Node : pool::Pooled {
  Array value;
  Tensor grad = {};
  std::shared_ptr<Cache> cache = nullptr;
  std::shared_ptr<Slab> slab = nullptr;  // where its cotangent is best written: slab.hpp
  std::uint32_t slice = 0;               // which slice of that
  const char* op = nullptr;              // the operation it came from; null for leaves and constants
  std::uint64_t tape = 0;                // serial number of the tape it is on; 0: none
  std::uint32_t slot = 0;                // its number there
  std::uint32_t version = 0;             // counts changes in place
  std::uint32_t owners = 0;              // tensors: as long as there is one, the value stays
  std::uint32_t places = 0;              // on tapes: they keep the node, not its value
  bool requires_grad = false;
  bool retains_grad = false;
  bool let_go = false;  // the value has gone, its shape is left

  void disowned();  // the last tensor has gone
};

inline Tensor::Tensor(Node& node) noexcept : node_(&node) { ++node.owners; }
inline Tensor::Tensor(std::unique_ptr<Node> node) noexcept : Tensor(*node.release()) {}
inline Tensor::Tensor(const Tensor& other) noexcept : node_(other.node_) {
  if (node_ != nullptr) ++node_->owners;
}
inline Tensor::~Tensor() {
  if (node_ != nullptr && --node_->owners == 0) node_->disowned();
}

}  // namespace rw::inline REWIND_ABI
