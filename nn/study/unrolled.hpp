// A network unrolled in time, for pictures: what a tape recorded, and what came back when it was rewound.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::nn {

struct Summary {
  double rms, min, max;
};
Summary summary(const Array& values);

// One entry of the tape.
struct Box {
  std::string op, scope;            // the scope without its time step: "layer=0/lstm"
  std::ptrdiff_t step;              // -1: of none, a weight
  Shape shape;                      // of its first result
  std::vector<std::size_t> inputs;  // the boxes of what it reads; constants have none
  Summary value;
  std::optional<Summary> gradient = {};  // of what is rewound; nothing: nothing came back
  const Node* leaf = nullptr;            // the tensor of a leaf, to be compared
};

// What an activation (sigmoid, tanh, relu) inside of a step gave, at each step where it ran.
struct Activation {
  std::string function, scope;
  std::ptrdiff_t block;       // of the weight's rows that it reads; -1: it reads no single one
  std::vector<Array> values;  // by step

  // Of each step: the fraction of units at which the derivative is next to nothing: sigmoid < 0.05 or > 0.95,
  // |tanh| > 0.95, relu = 0.
  std::vector<double> saturated() const;
};

// Records what a tape does from its construction on, under Composed (pointwise.hpp) down to each gate.
class Unrolled final : public TapeObserver {
 public:
  explicit Unrolled(Tape& tape) : tape_(tape) { tape.observe(*this); }
  ~Unrolled() override { tape_.forget(*this); }
  Unrolled(const Unrolled&) = delete;
  Unrolled& operator=(const Unrolled&) = delete;

  const std::vector<Box>& boxes() const { return boxes_; }
  const std::vector<Activation>& activations() const { return activations_; }

  void recorded(std::size_t entry, TensorSpan outputs) override;
  void reached(std::size_t entry, const Tensors& cotangents) override;

 private:
  void add(std::size_t entry, const Array& value);
  void add_activation(const Array& value);
  std::ptrdiff_t block_read_by(const Box& box) const;

  Tape& tape_;
  std::vector<Box> boxes_;                // by entry
  std::vector<std::size_t> box_of_slot_;  // which made what stands in a slot
  std::vector<Activation> activations_;
};

}  // namespace rw::inline REWIND_ABI::nn
