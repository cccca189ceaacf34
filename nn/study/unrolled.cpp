#include "nn/study/unrolled.hpp"

#include <algorithm>
#include <cmath>

namespace rw::inline REWIND_ABI::nn {

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
  const std::string& op = boxes_.back().op;
  if (boxes_.back().step >= 0 && (op == "sigmoid" || op == "tanh" || op == "relu"))
    add_activation(boxes_.back(), outputs[0].value());
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

// Its order is its place among the activations of this step that have a value already.
void Unrolled::add_activation(const Box& box, const Array& value) {
  const auto t = static_cast<std::size_t>(box.step);
  std::size_t order = 0;
  for (Activation& known : activations_) {
    if (known.scope != box.scope) continue;
    if (known.values.size() == t && known.function == box.op) {
      known.values.push_back(value);
      return;
    }
    ++order;
  }
  if (t == 0) activations_.push_back({box.op, box.scope, order, {value}});
}

void Unrolled::reached(std::size_t entry, const Tensors& cotangents) {
  if (entry < boxes_.size() && cotangents[0].defined()) boxes_[entry].gradient = summary(cotangents[0].value());
}

}  // namespace rw::inline REWIND_ABI::nn
