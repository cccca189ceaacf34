#include "nn/study/unrolled.hpp"

#include <algorithm>
#include <cmath>

namespace rw::inline REWIND_ABI::nn {

static bool is_activation(const std::string& op) { return op == "sigmoid" || op == "tanh" || op == "relu"; }

Summary summary(const Array& values) {
  if (values.size() == 0) return {0, 0, 0};
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    squares += static_cast<double>(values.data()[i]) * static_cast<double>(values.data()[i]);
  const auto [low, high] = std::minmax_element(values.data(), values.data() + values.size());
  return {std::sqrt(squares / static_cast<double>(values.size())), static_cast<double>(*low),
          static_cast<double>(*high)};
}

std::vector<double> Activation::saturated() const {
  const auto flat = [this](Scalar y) {
    if (function == "sigmoid") return y < Scalar(0.05) || y > Scalar(0.95);
    return function == "tanh" ? std::abs(y) > Scalar(0.95) : y == 0;
  };
  std::vector<double> fractions;
  for (const Array& step : values) {
    const auto n = std::count_if(step.data(), step.data() + step.size(), flat);
    fractions.push_back(step.size() == 0 ? 0 : static_cast<double>(n) / static_cast<double>(step.size()));
  }
  return fractions;
}

void Unrolled::recorded(std::size_t entry, TensorSpan outputs) {
  while (boxes_.size() < entry) {  // leaves, which came by just now
    const Operand& leaf = tape_.entries()[boxes_.size()].outputs()[0];
    add(boxes_.size(), leaf.node->value);
    boxes_.back().leaf = leaf.node.get(), boxes_.back().step = -1;
  }
  add(entry, outputs[0].value());
  if (boxes_.back().step >= 0 && is_activation(boxes_.back().op)) add_activation(outputs[0].value());
}

void Unrolled::add(std::size_t entry, const Array& value) {
  const Entry& e = tape_.entries()[entry];
  Box box{e.op, tape_.scope_name(e.scope, false), tape_.step(e.scope), value.shape(), {}, summary(value)};
  for (const Operand& x : e.inputs())
    if (x.slot != Operand::no_slot) box.inputs.push_back(box_of_slot_[x.slot]);
  box_of_slot_.resize(std::max<std::size_t>(box_of_slot_.size(), e.outputs().back().slot + 1));
  for (const Operand& y : e.outputs()) box_of_slot_[y.slot] = boxes_.size();
  boxes_.push_back(std::move(box));
}

// The activation of the last box. Those of a step come in the same order at every step.
void Unrolled::add_activation(const Array& value) {
  const Box& box = boxes_.back();
  const auto t = static_cast<std::size_t>(box.step);
  for (Activation& known : activations_)
    if (known.scope == box.scope && known.values.size() == t && known.function == box.op) {
      known.values.push_back(value);
      return;
    }
  if (t == 0) activations_.push_back({box.op, box.scope, block_read_by(box), {value}});
}

// columns<K> are K slices, one after the other. Looked for through sums and products, not through other activations.
std::ptrdiff_t Unrolled::block_read_by(const Box& box) const {
  std::ptrdiff_t found = -1;
  for (const std::size_t i : box.inputs) {
    const Box& input = boxes_[i];
    if (input.step != box.step || input.scope != box.scope || is_activation(input.op) || input.op == "affine") continue;
    std::ptrdiff_t block = -1;
    if (input.op != "slice") {
      block = block_read_by(input);
    } else {
      const auto before = std::count_if(
          boxes_.begin(), boxes_.begin() + static_cast<std::ptrdiff_t>(i),
          [&](auto& other) { return other.op == "slice" && other.step == input.step && other.inputs == input.inputs; });
      const std::size_t blocks = boxes_[input.inputs[0]].shape.back() / input.shape.back();
      block = before % static_cast<std::ptrdiff_t>(blocks);  // a step may take them again
    }
    if (block < 0) continue;
    if (found >= 0 && block != found) return -1;
    found = block;
  }
  return found;
}

void Unrolled::reached(std::size_t entry, const Tensors& cotangents) {
  if (entry < boxes_.size() && cotangents[0].defined()) boxes_[entry].gradient = summary(cotangents[0].value());
}

}  // namespace rw::inline REWIND_ABI::nn
