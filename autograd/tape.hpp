// Tape: while one is in scope, operations on tensors that need a gradient are written down, one entry each.
// backward() walks the entries from the last to the first. Over a recurrent network that walk *is*
// back-propagation through time.
//
//   Tape tape;
//   Tensor loss = model.loss(batch);
//   tape.backward(loss);            // gradients are now in parameter.grad()
//
// Without a tape in scope nothing is recorded. Tapes nest; the innermost records. A tape belongs to its
// thread.
#pragma once

#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI {

class Profile;
class Rewinding;

// The derivative rule of one entry: hands the cotangents of its outputs on to its inputs.
struct Rule : pool::Pooled {
  virtual ~Rule() = default;
  virtual void operator()(Rewinding& step) const = 0;
  virtual const Buffer<Scalar>* saved() const { return nullptr; }  // what it keeps beside tensors, for Tape::bytes()
};

// Keeps a node, but not its value: one that no rule reads and no user holds is let go.
class NodeRef {
 public:
  explicit NodeRef(Node* node) noexcept : node_(node) { ++node_->places; }
  NodeRef(NodeRef&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  NodeRef& operator=(NodeRef other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~NodeRef() {
    if (node_ != nullptr && --node_->places == 0 && node_->owners == 0) delete node_;
  }
  Node* get() const { return node_; }
  Node* operator->() const { return node_; }

 private:
  Node* node_;
};

// A tensor as an entry saw it.
struct Operand {
  static constexpr std::uint32_t no_slot = 0xffffffff;  // a constant

  NodeRef node;
  std::uint32_t slot;     // its number on the tape
  std::uint32_t version;  // changed in place since then? compare

  const Shape& shape() const { return node->value.shape(); }
};
// One recorded operation. A leaf has an entry too, without inputs or rule: rewinding it adds to its grad().
struct Entry {
  const char* op;
  std::uint32_t scope, n_inputs;
  pool::Vector<Operand> operands;  // the inputs, then the outputs
  std::unique_ptr<Rule> rule;

  std::span<const Operand> inputs() const { return {operands.data(), n_inputs}; }
  std::span<const Operand> outputs() const { return std::span(operands).subspan(n_inputs); }
};

// Sees what a tape does: Tape::observe(). Nothing is called, and nothing paid, while there is none.
class TapeObserver {
 public:
  virtual ~TapeObserver() = default;
  virtual void recorded(std::size_t /*entry*/, TensorSpan /*outputs*/) {}  // leaves are not reported
  // Rewinding comes to an entry, sums up what waits for it ...
  virtual void arriving(std::size_t /*entry*/) {}
  // ... and, if anything does, the cotangents of its outputs are complete (undefined: nothing came back) ...
  virtual void reached(std::size_t /*entry*/, const Tensors& /*cotangents*/) {}
  // ... it hands a cotangent to one of its inputs (with levers().joined_gradients, not what is joined) ...
  virtual void handed(std::size_t /*entry*/, std::size_t /*input*/, const Tensor& /*cotangent*/) {}
  virtual void left(std::size_t /*entry*/) {}  // ... and is done
};

struct BackwardOptions {
  bool retain_graph = false;  // keep the entries for another backward
  bool create_graph = false;  // record the derivatives too, so that they can be differentiated; retains
};

class Tape {
 public:
  Tape();
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // Adds d output / d leaf to the grad() of every leaf (and of every tensor that retains it). The cotangent
  // defaults to 1, for an output with one element. The entries are used up unless the options keep them.
  void backward(const Tensor& output, BackwardOptions options = {});
  void backward(const Tensor& output, const Tensor& cotangent, BackwardOptions options = {});

  // d outputs / d inputs, one gradient an input; no grad() is touched. An input that the outputs do not
  // depend on gets zeros. Cotangents may be left out for outputs with one element.
  Tensors grad(const Tensors& outputs, const Tensors& inputs, const Tensors& cotangents = {},
               BackwardOptions options = {});

  std::size_t size() const { return entries_.size(); }  // entries
  std::size_t bytes() const;                            // of the results that are kept alive, leaves not
  void print(std::ostream& out) const;                  // a line an entry: numbers, operation, shapes, scope
  std::string to_dot() const;                           // for Graphviz: the entries of a time step in a box
  void clear();                                         // forgets the entries: their tensors are then dead

  // Measures from the first call on: time, bytes and calls of each operation (profile.hpp).
  Profile& profile();
  void observe(TapeObserver& observer) { observers_.push_back(&observer); }
  void forget(TapeObserver& observer) { std::erase(observers_, &observer); }  // before it ends

  std::span<const Entry> entries() const { return entries_; }
  // "layer=0/lstm/t=3"; without its time steps "layer=0/lstm".
  std::string scope_name(std::uint32_t scope, bool steps = true) const;
  std::ptrdiff_t step(std::uint32_t scope) const;  // t of the outermost scope ("t", t) around; -1: there is none

  static Tape* current();  // the tape that records on this thread, or null

 private:
  friend class Rewinding;
  friend class Scope;
  friend class Pause;
  friend class Skimming;
  friend bool recording(const char* op, TensorSpan inputs);
  friend void append(const char* op, TensorSpan inputs, TensorSpan outputs, std::unique_ptr<Rule> rule);
  friend void check_result(const char* op, const Tensor& y, TensorSpan inputs);
  struct ScopeName {
    std::uint32_t parent;
    const char* name;
    std::ptrdiff_t index;  // -1: none
  };
  struct Sweep;
  struct Resume;
  struct Again;

  static void check_finite(const char* op, const char* what, const Array& value, const std::string& scope,
                           const std::string& inputs);
  Operand place(const Tensor& x);
  void check_alive(const char* op, std::size_t number, const Tensor& x) const;
  void check_unchanged(const Entry& entry) const;
  void seed(Sweep& sweep, const Tensors& outputs, const Tensors& cotangents) const;
  void apply(const Rule& rule, Rewinding& step) const;
  void rewind(Sweep& sweep, bool keep);
  void walk(Sweep& sweep, std::size_t begin, bool keep);
  void drop_again();
  static Tape* set_current(Tape* tape);  // returns the one before
  std::string line(const Entry& entry) const;

  std::uint64_t serial_;
  std::uint64_t rewound_ = ~std::uint64_t{0};  // the serial number before the last rewinding
  Tape* outer_;
  Tensors* reads_ = nullptr;  // while it is skimmed
  std::vector<TapeObserver*> observers_;
  std::unique_ptr<Profile> profile_;
  std::uint32_t slots_ = 0;  // one for each output of each entry
  std::uint32_t scope_ = 0;
  pool::Vector<Entry> entries_;
  pool::Vector<ScopeName> scopes_;
};

// Tape::grad on the tape in scope. Throws if there is none.
Tensors grad(const Tensors& outputs, const Tensors& inputs, const Tensors& cotangents = {},
             BackwardOptions options = {});

// A name for the entries recorded while it lives: Scope a("lstm"); Scope b("t", 3);  ->  "lstm/t=3".
// The name must outlive the tape (a literal does).
class Scope {
 public:
  explicit Scope(const char* name, std::ptrdiff_t index = -1);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Tape* tape_;
  std::uint32_t outer_ = 0;
};

// Stops recording while it lives.
class Pause {
 public:
  Pause();
  ~Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  Tape* paused_;
};

// While it lives, the first NaN or Inf that an operation makes, forward or rewinding, is an Error that names
// the operation, its scope and the shapes of its inputs.
class AnomalyMode {
 public:
  AnomalyMode();
  ~AnomalyMode();
  AnomalyMode(const AnomalyMode&) = delete;
  AnomalyMode& operator=(const AnomalyMode&) = delete;
  static bool active();

 private:
  bool before_;
};

}  // namespace rw::inline REWIND_ABI
