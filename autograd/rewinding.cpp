// What a rule can do while its entry is rewound.
#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/levers.hpp"
#include "autograd/ops.hpp"
#include "autograd/record.hpp"
#include "autograd/slab.hpp"
#include "autograd/sweep.hpp"

namespace rw::inline REWIND_ABI {

// While it lives, this tape records, in this scope.
struct Tape::Resume {
  Tape& tape;
  Tape* before;
  std::uint32_t scope;

  Resume(Tape& t, std::uint32_t s) : tape(t), before(set_current(&t)), scope(std::exchange(t.scope_, s)) {}
  ~Resume() { set_current(before), tape.scope_ = scope; }
};

// What is recorded while it lives is recorded again, and goes with it unless it is kept.
struct Tape::Again {
  Tape& tape;
  bool keep;
  std::size_t begin = tape.entries_.size();
  std::uint32_t slots = tape.slots_;

  ~Again() {
    if (keep) return;
    while (tape.entries_.size() > begin) tape.drop_again();  // after an error
    tape.slots_ = slots;
  }
};

void Rewinding::replay(const std::function<Tensors()>& f) {
  Tape& tape = sweep_.tape;
  const Tape::Again again{tape, recording()};
  Tensors outputs;
  {
    const Tape::Resume resume(tape, scope_);
    outputs = f();
  }
  sweep_.grow(again.begin);
  for (std::size_t k = 0; k < outputs.size(); ++k)
    if (const Node* y = outputs[k].node(); cotangents_[k].defined() && y->requires_grad && y->tape == tape.serial_)
      sweep_.add(y->slot, cotangents_[k]);
  outputs.clear();
  tape.walk(sweep_, again.begin, again.keep);
}

Rewinding::Rewinding(Tape::Sweep& sweep, std::size_t entry, const Tensors& cotangents)
    : sweep_(sweep),
      entry_(entry),
      op_(sweep.tape.entries_[entry].op),
      scope_(sweep.tape.entries_[entry].scope),
      inputs_(sweep.tape.entries_[entry].inputs()),
      outputs_(sweep.tape.entries_[entry].outputs()),
      cotangents_(cotangents) {}

bool Rewinding::wants(std::size_t i) const { return sweep_.wants(inputs_[i].slot); }
Array Rewinding::place(std::size_t i) const {
  const NodeRef& node = inputs_[i].node;
  if (node->slab != nullptr && levers().slabs)
    if (Array place = node->slab->take(node->slice); place.dimension() > 0) return place;
  return allocate(op_, input_shape(i));
}
Tensor Rewinding::variable(std::size_t i) const { return Tensor(*inputs_[i].node.get()); }
bool Rewinding::recording() const { return sweep_.create_graph; }

void Rewinding::add(std::size_t i, Tensor cotangent) {
  if (!wants(i)) return;
  check_shape(op_, "derivative rule's result", input_shape(i), cotangent.shape());
  if (AnomalyMode::active()) {
    std::string shapes;
    for (std::size_t k = 0; k < inputs_.size(); ++k) shapes += (k > 0 ? ", " : "") + to_string(input_shape(k));
    Tape::check_finite(op_, "gradient", cotangent.value(), sweep_.tape.scope_name(scope_), shapes);
  }
  for (TapeObserver* observer : sweep_.tape.observers_) observer->handed(entry_, i, cotangent);
  sweep_.add(inputs_[i].slot, std::move(cotangent));
}

void Rewinding::add(std::size_t i, Product cotangent) {
  if (sweep_.create_graph || AnomalyMode::active() || !levers().joined_gradients)
    return add(i, matmul(cotangent.a, cotangent.b, {.a = true}));
  if (wants(i)) sweep_.add(inputs_[i].slot, std::move(cotangent));
}

}  // namespace rw::inline REWIND_ABI
