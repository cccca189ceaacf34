#include "autograd/tape.hpp"

#include <fmt/format.h>

#include <optional>

#include "autograd/check.hpp"
#include "autograd/record.hpp"
#include "autograd/sweep.hpp"

namespace rw::inline REWIND_ABI {

// An error inside a rule says whose rule it was.
void Tape::apply(const Rule& rule, Rewinding& step) const {
  try {
    rule(step);
  } catch (const Error& error) {
    throw Error(fmt::format("{}; while rewinding '{}' of scope '{}'", error.what(), step.op_, scope_name(step.scope_)));
  }
}

// The reverse loop. For a recurrent network this is back-propagation through time.
void Tape::rewind(Sweep& sweep, bool keep) {
  struct Clearing {
    Tape* tape;
    ~Clearing() {
      if (tape != nullptr) tape->clear();
    }
  };
  const Clearing clearing{keep ? nullptr : this};  // after an error too: half of the entries lead nowhere
  std::optional<Pause> pause;
  if (!sweep.create_graph) pause.emplace();
  walk(sweep, 0, keep);
}

// From the last entry to `begin`.
void Tape::walk(Sweep& sweep, std::size_t begin, bool keep) {
  Tensors cotangents;  // of the outputs of one entry
  for (std::size_t i = entries_.size(); i-- > begin;) {
    for (TapeObserver* observer : observers_) observer->arriving(i);
    cotangents.clear();
    bool reached = false;
    for (const Operand& y : entries_[i].outputs()) {
      cotangents.push_back(sweep.take(y.slot));
      reached = reached || cotangents.back().defined();
    }
    if (reached) {
      check_unchanged(entries_[i]);
      for (TapeObserver* observer : observers_) observer->reached(i, cotangents);
      const Rule* rule = entries_[i].rule.get();
      Rewinding step(sweep, i, cotangents);
      for (std::size_t k = 0; k < cotangents.size(); ++k)
        if (cotangents[k].defined()) sweep.deliver(step.outputs_[k].node.get(), cotangents[k], rule == nullptr);
      if (rule != nullptr) apply(*rule, step);
      for (TapeObserver* observer : observers_) observer->left(i);
    }
    if (!keep) begin > 0 ? drop_again() : entries_.pop_back();
  }
}

// The last entry, which was recorded again: its tensors are then on no tape.
void Tape::drop_again() {
  for (const Operand& y : entries_.back().outputs()) y.node->tape = 0;
  entries_.pop_back();
}

void Tape::check_unchanged(const Entry& entry) const {
  for (const Operand& x : entry.operands)
    if (x.node->version != x.version)
      fail(entry.op, fmt::format("a tensor {} was changed in place after it was recorded (scope '{}'): change "
                                 "it after backward(), or work on a copy",
                                 to_string(x.shape()), scope_name(entry.scope)));
}

void Tape::seed(Sweep& sweep, const Tensors& outputs, const Tensors& cotangents) const {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& y = outputs[i];
    if (y.defined() && y.requires_grad() && y.node()->tape == rewound_)
      fail("backward",
           "this tape was rewound already and its entries are gone: pass retain_graph = true to the "
           "first call");
    if (!y.requires_grad() || y.node()->tape != serial_)
      fail("backward", fmt::format("output {} {} was not recorded on this tape: make it from a parameter() while "
                                   "the tape is in scope",
                                   i, y.defined() ? to_string(y.shape()) : "(undefined)"));
    Tensor cotangent = i < cotangents.size() ? cotangents[i] : Tensor();
    if (!cotangent.defined()) {
      if (y.size() != 1)
        fail("backward", fmt::format("output {} {} has more than one element: pass a cotangent of its shape", i,
                                     to_string(y.shape())));
      cotangent = Tensor(Array(y.shape(), Scalar(1)));
    }
    check_shape("backward", "cotangent", y.shape(), cotangent.shape());
    sweep.add(y.node()->slot, cotangent);
  }
}

void Tape::backward(const Tensor& output, BackwardOptions options) { backward(output, Tensor(), options); }

void Tape::backward(const Tensor& output, const Tensor& cotangent, BackwardOptions options) {
  Sweep sweep(*this, options.create_graph);
  seed(sweep, {output}, {cotangent});
  rewind(sweep, options.retain_graph || options.create_graph);
}

Tensors Tape::grad(const Tensors& outputs, const Tensors& inputs, const Tensors& cotangents, BackwardOptions options) {
  Tensors gradients(inputs.size());
  Sweep sweep(*this, options.create_graph);
  sweep.inputs = &inputs, sweep.gradients = &gradients;
  sweep.find_leads();
  seed(sweep, outputs, cotangents);
  rewind(sweep, options.retain_graph || options.create_graph);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (!gradients[i].defined()) gradients[i] = Tensor(Array(inputs[i].shape(), Scalar(0)));
  return gradients;
}

Tensors grad(const Tensors& outputs, const Tensors& inputs, const Tensors& cotangents, BackwardOptions options) {
  if (Tape::current() == nullptr) fail("grad", "no tape is in scope: declare a Tape before computing the outputs");
  return Tape::current()->grad(outputs, inputs, cotangents, options);
}

}  // namespace rw::inline REWIND_ABI
