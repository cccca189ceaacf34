#include "autograd/tape.hpp"

#include <fmt/format.h>

#include <optional>

#include "autograd/check.hpp"
#include "autograd/levers.hpp"
#include "autograd/ops.hpp"
#include "autograd/ops/kernels.hpp"
#include "autograd/record.hpp"
#include "autograd/slab.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// No other tensor is it, and no tape knows it.
bool held_alone(const Tensor& x) { return x.node()->owners == 1 && x.node()->places == 0; }

bool owned_alone(const Tensor& x) { return held_alone(x) && !x.value().storage().shared() && x.node()->op == nullptr; }

// into += term; in place if nobody else can see it
void accumulate(Tensor& into, Tensor term, bool recorded) {
  if (!into.defined()) {
    into = std::move(term);
  } else if (recorded || !owned_alone(into)) {
    into = into + term;
  } else {
    Scalar* a = into.mutate().data();
    const Scalar* b = term.value().data();
    for (std::size_t i = 0, n = into.size(); i < n; ++i) a[i] += b[i];
  }
}

constexpr std::size_t most_rows = 1024;  // of products that are done as one: more would wait, and fill the memory

// What waits to be multiplied.
struct Products {
  pool::Vector<Product> all = {};
  std::size_t rows = 0;
};

// a_1^T b_1 + a_2^T b_2 + ... = (a_1; a_2; ...)^T (b_1; b_2; ...)
Tensor multiply(const Products& products) {
  Tensors a, b;
  for (std::size_t i = products.all.size(); i-- > 0;)  // as recorded: the last time step came first
    a.push_back(products.all[i].a), b.push_back(products.all[i].b);
  return matmul(Tensor(joined("backward", a, {products.rows, a[0].size(1)})),
                Tensor(joined("backward", b, {products.rows, b[0].size(1)})), {.a = true});
}

// A cotangent may be that of several tensors, or the user's: who is given it as a gradient gets a tensor of its own,
// and a change of one is not seen in another.
Tensor handed_out(const Tensor& cotangent) {
  if (held_alone(cotangent)) return cotangent;
  return record("gradient", share(cotangent.value(), cotangent.shape()), wrt(cotangent, [](auto& dy) { return dy; }));
}

// Optimisers change grad() in place: not even its elements are shared.
void accumulate_grad(Node& node, const Tensor& term, bool recorded) {
  Tensor own = recorded ? handed_out(term) : owned_alone(term) ? term : Tensor(Array(term.value()));
  accumulate(node.grad, std::move(own), recorded);
}

}  // namespace

// What one walk knows.
struct Tape::Sweep {
  Tape& tape;
  bool create_graph;
  Tensors cotangents;               // by slot
  pool::Vector<Products> products;  // by slot
  // For Tape::grad: which slots lead to the wanted inputs, and what came back for them.
  pool::Vector<bool> leads = {};
  const Tensors* inputs = nullptr;
  Tensors* gradients = nullptr;

  Sweep(Tape& t, bool create) : tape(t), create_graph(create), cotangents(t.slots_), products(t.slots_) {}

  bool wants(std::uint32_t slot) const { return slot != Operand::no_slot && (inputs == nullptr || leads[slot]); }

  // The cotangent of a slot, complete: everything that used the tensor came later on the tape.
  Tensor take(std::uint32_t slot) {
    flush(slot);
    return std::move(cotangents[slot]);
  }

  void join(std::uint32_t slot, Product product) {
    Products& waiting = products[slot];
    waiting.rows += product.a.size(0);
    waiting.all.push_back(std::move(product));
    if (waiting.rows >= most_rows) flush(slot);
  }

  void flush(std::uint32_t slot) {
    if (products[slot].all.empty()) return;
    accumulate(cotangents[slot], multiply(products[slot]), create_graph);
    products[slot] = Products();
  }

  void deliver(Node* x, const Tensor& cotangent, bool leaf) {
    if (inputs == nullptr) {
      if (leaf || x->retains_grad) accumulate_grad(*x, cotangent, create_graph);
      return;
    }
    for (std::size_t i = 0; i < inputs->size(); ++i)
      if ((*inputs)[i].node() == x) accumulate((*gradients)[i], handed_out(cotangent), create_graph);
  }

  // Entries were added.
  void grow(std::size_t begin) {
    cotangents.resize(std::max<std::size_t>(cotangents.size(), tape.slots_));
    products.resize(cotangents.size());
    if (inputs != nullptr) find_leads(begin);
  }

  void find_leads(std::size_t begin = 0) {
    leads.resize(cotangents.size());
    for (const Entry& entry : std::span(tape.entries_).subspan(begin)) {
      bool found = false;
      for (const Operand& x : entry.inputs()) found = found || (x.slot != Operand::no_slot && leads[x.slot]);
      for (const Operand& y : entry.outputs()) {
        bool wanted = found;
        for (const Tensor& input : *inputs) wanted = wanted || input.node() == y.node.get();
        leads[y.slot] = wanted;
      }
    }
  }
};

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
      accumulate(sweep_.cotangents[y->slot], cotangents_[k], recording());
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
  accumulate(sweep_.cotangents[inputs_[i].slot], std::move(cotangent), sweep_.create_graph);
}

void Rewinding::add(std::size_t i, Product cotangent) {
  if (sweep_.create_graph || AnomalyMode::active() || !levers().joined_gradients)
    return add(i, matmul(cotangent.a, cotangent.b, {.a = true}));
  if (wants(i)) sweep_.join(inputs_[i].slot, std::move(cotangent));
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
    accumulate(sweep.cotangents[y.node()->slot], cotangent, sweep.create_graph);
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
