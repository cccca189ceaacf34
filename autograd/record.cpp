#include "autograd/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {
namespace {

void note(const Tensor& x, Tensors& reads) {
  if (std::none_of(reads.begin(), reads.end(), [&](const Tensor& known) { return known.is(x); })) reads.push_back(x);
}

}  // namespace

bool recording(const char* op, TensorSpan inputs) {
  const Tape* tape = Tape::current();
  if (tape == nullptr) return false;
  bool needed = false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].requires_grad()) continue;
    needed = true;
    if (inputs[i].node()->tape != tape->serial_) tape->check_alive(op, i, inputs[i]);
    if (tape->reads_ != nullptr) note(inputs[i], *tape->reads_);
  }
  return needed && tape->reads_ == nullptr;
}

void Tape::check_alive(const char* op, std::size_t number, const Tensor& x) const {
  const Node& node = *x.node();
  if (node.op == nullptr) return;  // a leaf joins any tape
  for (const Tape* tape = outer_; tape != nullptr; tape = tape->outer_)
    if (node.tape == tape->serial_)
      fail(op, fmt::format("input {} {}, a result of '{}', is on an outer tape while an inner one records: "
                           "detach() it, or use it after the inner tape",
                           number, to_string(x.shape()), node.op));
  fail(op, fmt::format("input {} {}, a result of '{}', is on a tape that has ended or was rewound: write "
                       "detach(x) where a state is carried on to the next tape",
                       number, to_string(x.shape()), node.op));
}

void Tape::check_finite(const char* op, const char* what, const Array& value, const std::string& scope,
                        const std::string& inputs) {
  for (std::size_t i = 0; i < value.size(); ++i)
    if (!std::isfinite(value.data()[i]))
      fail(op, fmt::format("{} {} has {} at element {} (scope '{}', inputs {})", what, to_string(value.shape()),
                           value.data()[i], i, scope, inputs));
}

void check_result(const char* op, const Tensor& y, TensorSpan inputs) {
  if (!AnomalyMode::active()) return;
  std::string shapes;
  for (const Tensor& x : inputs) shapes += (shapes.empty() ? "" : ", ") + to_string(x.shape());
  const Tape* tape = Tape::current();
  Tape::check_finite(op, "result", y.value(), tape != nullptr ? tape->scope_name(tape->scope_) : "", shapes);
}

// Where x stands on this tape. A leaf that comes by for the first time gets an entry.
Operand Tape::place(const Tensor& x) {
  Node& node = *x.node();
  if (!node.requires_grad) return {NodeRef(&node), Operand::no_slot, node.version};
  if (node.tape != serial_) {
    entries_.push_back({"leaf", scope_, 0, {}, nullptr});
    entries_.back().operands.push_back({NodeRef(&node), slots_, node.version});
    node.tape = serial_, node.slot = slots_++;
  }
  return {NodeRef(&node), node.slot, node.version};
}

void append(const char* op, TensorSpan inputs, TensorSpan outputs, std::unique_ptr<Rule> rule) {
  Tape& tape = *Tape::current();
  Entry entry{op, tape.scope_, static_cast<std::uint32_t>(inputs.size()), {}, std::move(rule)};
  entry.operands.reserve(inputs.size() + outputs.size());
  for (const Tensor& x : inputs) entry.operands.push_back(tape.place(x));
  for (const Tensor& y : outputs) {
    Node& node = *y.node();
    node.op = op, node.requires_grad = true, node.tape = tape.serial_, node.slot = tape.slots_++;
    entry.operands.push_back({NodeRef(&node), node.slot, node.version});
  }
  tape.entries_.push_back(std::move(entry));
  for (TapeObserver* observer : tape.observers_) observer->recorded(tape.entries_.size() - 1, outputs);
}

}  // namespace rw::inline REWIND_ABI
