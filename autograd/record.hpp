// How an operation gets on the tape: its value, and one derivative formula for each input, on one screen:
//
//   Tensor tanh(const Tensor& x) {
//     return record("tanh", value_of_tanh(x), wrt(x, [](auto& y, auto& dy) { return dy * (1 - y * y); }));
//   }
//
// Formulas are made of the same operations, so that derivatives of derivatives need nothing more. A formula holds the
// tensors that it reads, and the tape nothing beside: what no formula reads is let go.
#pragma once

#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "autograd/check.hpp"
#include "autograd/slab.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {

// a^T b, not multiplied yet: a (M, N), b (M, K). All the products that one input collects in a sweep (a weight's, one
// from each time step) are done as few.
struct Product {
  Tensor a, b;
};

// What a rule sees when its entry is rewound.
class Rewinding {
 public:
  const Shape& input_shape(std::size_t i) const { return inputs_[i].shape(); }
  const Shape& output_shape(std::size_t k = 0) const { return outputs_[k].shape(); }
  Tensor variable(std::size_t i) const;  // input i, for formulas that do not read its value: it may have been let go
  const Tensor& cotangent(std::size_t k = 0) const { return cotangents_[k]; }  // undefined: nothing came back
  bool wants(std::size_t i) const;                                             // is the gradient of input i needed?
  Array place(std::size_t i) const;           // memory for a cotangent of input i: its place in a slab, if it has one
  bool recording() const;                     // then the rule must be made of recorded operations
  void add(std::size_t i, Tensor cotangent);  // hands a cotangent, of the input's shape, to input i
  void add(std::size_t i, Product cotangent);
  // Runs f on the tape, hands the cotangents of the entry's outputs to f's results, one for each, and rewinds what it
  // recorded: as if that had been recorded in place of the entry.
  void replay(const std::function<Tensors()>& f);

 private:
  friend class Tape;
  Rewinding(Tape::Sweep& sweep, std::size_t entry, const Tensors& cotangents);

  Tape::Sweep& sweep_;
  std::size_t entry_;
  const char* op_;
  std::uint32_t scope_;
  std::span<const Operand> inputs_, outputs_;  // the entries may move while a rule records; their operands do not
  const Tensors& cotangents_;
};

// Is an operation on these inputs to be recorded now? Throws if one of them belongs to another tape, ended or
// not.
bool recording(const char* op, TensorSpan inputs);

// While it lives, the tape in scope records nothing and notes what it would have read: the variables, each once, that
// operations are given. Results are constants.
class Skimming {
 public:
  explicit Skimming(Tensors& reads);
  ~Skimming();
  Skimming(const Skimming&) = delete;
  Skimming& operator=(const Skimming&) = delete;
  static bool active();

 private:
  Tape* tape_;
  Tensors* before_;
};

// A tensor for a result of `op`, its elements not set yet.
inline Tensor empty(const char* op, const Shape& shape) {
  return Tensor(std::unique_ptr<Node>(new Node{{}, ResultPlace::take(op, shape)}));
}

// In anomaly mode: throws if y, a result of `op`, has an element that is not finite.
void check_result(const char* op, const Tensor& y, TensorSpan inputs);
inline Tensor result(const char* op, Array&& value, TensorSpan inputs) {
  Tensor y(std::move(value));
  check_result(op, y, inputs);
  return y;
}

// Writes an entry.
void append(const char* op, TensorSpan inputs, TensorSpan outputs, std::unique_ptr<Rule> rule);

// The general form: any number of inputs and outputs, one rule(Rewinding&) for all of them.
template <class F>
void record(const char* op, TensorSpan inputs, TensorSpan outputs, F rule) {
  struct Erased final : Rule {
    F rule;
    explicit Erased(F&& f) : rule(std::move(f)) {}
    void operator()(Rewinding& step) const override { rule(step); }
  };
  if (recording(op, inputs)) append(op, inputs, outputs, std::make_unique<Erased>(std::move(rule)));
}

// An input together with its derivative formula: (dy) -> dx, or (y, dy) -> dx if it reads the result.
template <class F>
struct Wrt {
  static constexpr bool reads_result = std::is_invocable_v<F, const Tensor&, const Tensor&>;
  const Tensor& input;
  F formula;

  std::optional<F> needed() { return input.requires_grad() ? std::optional<F>(std::move(formula)) : std::nullopt; }
};
template <class F>
Wrt<F> wrt(const Tensor& input, F formula) {
  return {input, std::move(formula)};
}

// The usual form: one output. The formula of a constant, and what it holds, is dropped.
template <class... F>
Tensor record(const char* op, Array value, Wrt<F>... terms) {
  const Tensor inputs[] = {terms.input...};
  const Tensor y = result(op, std::move(value), inputs);
  const Tensor kept = ((Wrt<F>::reads_result && terms.input.requires_grad()) || ...) ? y : Tensor();
  record(op, inputs, {&y, 1}, [kept, formulas = std::tuple(terms.needed()...)](Rewinding& step) {
    std::size_t i = 0;
    const auto apply_one = [&]<class G>(const std::optional<G>& formula) {
      const std::size_t at = i++;
      if (!step.wants(at)) return;
      if constexpr (Wrt<G>::reads_result)
        step.add(at, (*formula)(kept, step.cotangent()));
      else
        step.add(at, (*formula)(step.cotangent()));
    };
    std::apply([&](const auto&... formula) { (apply_one(formula), ...); }, formulas);
  });
  return y;
}

}  // namespace rw::inline REWIND_ABI
