// A formula is run once, by the compiler, on Symbols: that leaves the list of its elementary operations, from
// which the kernels are unrolled, and tells which values the reverse sweep reads. Only those are kept.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "autograd/pointwise/functions.hpp"

namespace rw::inline REWIND_ABI {

// One elementary operation on earlier values.
struct TracedOp {
  static constexpr int input = -1, constant = -2;  // other codes: position in elementary::All
  int code = constant;
  int arity = 0;
  std::array<int, 3> args{};  // numbers of the values it reads; of an input: which one
  double number = 0;          // of a constant
};

struct Trace {
  static constexpr int most = 96;
  std::array<TracedOp, most> ops{};
  int size = 0;
  std::array<int, 8> outputs{};
  int n_outputs = 0;
  std::array<bool, most> needed{};  // does the reverse sweep read it?
  std::array<int, most> saved{};    // number of the saved value, or -1
  int n_saved = 0;

  constexpr int add(TracedOp op) {
    if (size == most) throw "a pointwise formula has at most 96 operations";
    ops[size] = op;
    return size++;
  }
  constexpr int output_of(int value) const {  // which output it is, or -1
    for (int k = 0; k < n_outputs; ++k)
      if (outputs[k] == value) return k;
    return -1;
  }
  // What a derivative reads; and what that is made of, unless it is kept.
  constexpr void find_needed(const auto& properties) {
    std::array<bool, most> keep{};
    for (int i = size; i-- > 0;) {
      const TracedOp& op = ops[i];
      for (int j = 0; j < op.arity; ++j) {
        if (ops[op.args[j]].code == TracedOp::constant) continue;
        const unsigned reads = properties[op.code].reads[j];
        for (int k = 0; k < op.arity; ++k) needed[op.args[k]] = needed[op.args[k]] || (reads >> k & 1) != 0;
        needed[i] = needed[i] || (reads >> 3 & 1) != 0;
      }
      if (op.code < 0 || !needed[i] || output_of(i) >= 0) continue;
      keep[i] = properties[op.code].costly;
      for (int k = 0; k < op.arity && !keep[i]; ++k) needed[op.args[k]] = true;
    }
    for (int i = 0; i < size; ++i) saved[i] = keep[i] ? n_saved++ : -1;
  }
  // The reverse sweep finds it instead of computing it again.
  constexpr bool given(int value) const {
    return needed[value] && ops[value].code >= 0 && (saved[value] >= 0 || output_of(value) >= 0);
  }
};

// What a formula sees: the number of a value, or a constant that no value has yet.
struct Symbol {
  Trace* trace = nullptr;
  int id = 0;
  double number = 0;

  constexpr Symbol(Trace* t, int i) : trace(t), id(i) {}
  constexpr Symbol(double constant) : number(constant) {}  // NOLINT: converts

  constexpr int in(Trace* t) const { return trace != nullptr ? id : t->add({TracedOp::constant, 0, {}, number}); }
};

namespace elementary {

template <class F, class Tuple>
struct CodeOf;
template <class F, class... Fs>
struct CodeOf<F, std::tuple<Fs...>> {
  static constexpr int value = [] {
    int code = 0;
    bool found = false;
    ((found = found || std::is_same_v<F, Fs>, code += !found), ...);
    return code;
  }();
};

template <class F>
constexpr Symbol emit(Symbol a, Symbol b = 0., Symbol c = 0.) {
  Trace* t = a.trace != nullptr ? a.trace : b.trace != nullptr ? b.trace : c.trace;
  TracedOp op{CodeOf<F, All>::value, F::arity, {a.in(t)}};
  if (F::arity > 1) op.args[1] = b.in(t);
  if (F::arity > 2) op.args[2] = c.in(t);
  return {t, t->add(op)};
}

}  // namespace elementary

constexpr Symbol operator+(Symbol a, Symbol b) { return elementary::emit<elementary::Add>(a, b); }
constexpr Symbol operator-(Symbol a, Symbol b) { return elementary::emit<elementary::Sub>(a, b); }
constexpr Symbol operator*(Symbol a, Symbol b) { return elementary::emit<elementary::Mul>(a, b); }
constexpr Symbol operator/(Symbol a, Symbol b) { return elementary::emit<elementary::Div>(a, b); }
constexpr Symbol operator-(Symbol x) { return elementary::emit<elementary::Neg>(x); }
constexpr Symbol exp(Symbol x) { return elementary::emit<elementary::Exp>(x); }
constexpr Symbol log(Symbol x) { return elementary::emit<elementary::Log>(x); }
constexpr Symbol log1p(Symbol x) { return elementary::emit<elementary::Log1p>(x); }
constexpr Symbol sqrt(Symbol x) { return elementary::emit<elementary::Sqrt>(x); }
constexpr Symbol pow(Symbol x, Symbol p) { return elementary::emit<elementary::Pow>(x, p); }
constexpr Symbol erf(Symbol x) { return elementary::emit<elementary::Erf>(x); }
constexpr Symbol abs(Symbol x) { return elementary::emit<elementary::Abs>(x); }
constexpr Symbol sign(Symbol x) { return elementary::emit<elementary::Sign>(x); }
constexpr Symbol tanh(Symbol x) { return elementary::emit<elementary::Tanh>(x); }
constexpr Symbol sigmoid(Symbol x) { return elementary::emit<elementary::Sigmoid>(x); }
constexpr Symbol softplus(Symbol x) { return elementary::emit<elementary::Softplus>(x); }
constexpr Symbol maximum(Symbol a, Symbol b) { return elementary::emit<elementary::Maximum>(a, b); }
constexpr Symbol minimum(Symbol a, Symbol b) { return elementary::emit<elementary::Minimum>(a, b); }
constexpr Symbol greater(Symbol a, Symbol b) { return elementary::emit<elementary::Greater>(a, b); }
constexpr Symbol equal(Symbol a, Symbol b) { return elementary::emit<elementary::Equal>(a, b); }
constexpr Symbol where(Symbol mask, Symbol a, Symbol b) { return elementary::emit<elementary::Where>(mask, a, b); }

namespace elementary {

// What derivative J of F reads: bit k for argument k, bit 3 for the value.
template <class F, int J>
consteval unsigned derivative_reads() {
  if constexpr (J >= F::arity) {
    return 0;
  } else {
    Trace t;
    for (int i = 0; i < 5; ++i) t.add({TracedOp::input, 0, {i}});
    const Symbol a(&t, 0), b(&t, 1), c(&t, 2), y(&t, 3), dy(&t, 4);
    if constexpr (F::arity == 1)
      static_cast<void>(F::template derivative<J>(a, y, dy));
    else if constexpr (F::arity == 2)
      static_cast<void>(F::template derivative<J>(a, b, y, dy));
    else
      static_cast<void>(F::template derivative<J>(a, b, c, y, dy));
    unsigned reads = 0;
    for (int i = 5; i < t.size; ++i)
      for (int k = 0; k < t.ops[i].arity; ++k)
        if (t.ops[i].args[k] < 4) reads |= 1U << t.ops[i].args[k];
    return reads;
  }
}

struct Properties {
  bool costly;
  std::array<unsigned, 3> reads;
};
template <class... F>
consteval auto properties_of(std::type_identity<std::tuple<F...>>) {
  return std::array{
      Properties{F::costly, {derivative_reads<F, 0>(), derivative_reads<F, 1>(), derivative_reads<F, 2>()}}...};
}
inline constexpr auto properties = properties_of(std::type_identity<All>{});

}  // namespace elementary

// What a formula with several results returns.
template <class... S>
constexpr std::array<Symbol, sizeof...(S)> outputs(S... results) {
  return {results...};
}

// The trace of the captureless formula F on N inputs: values 0 ... N - 1 are the inputs.
template <class F, int N>
consteval Trace trace_of() {
  Trace t;
  for (int i = 0; i < N; ++i) t.add({TracedOp::input, 0, {i}});
  const auto results = [&]<std::size_t... I>(std::index_sequence<I...>) {
    if constexpr (requires { F{}(Symbol(&t, I)...).trace; })
      return std::array<Symbol, 1>{F{}(Symbol(&t, I)...)};
    else
      return F{}(Symbol(&t, I)...);
  }
  (std::make_index_sequence<N>{});
  for (const Symbol& s : results) t.outputs[t.n_outputs++] = s.in(&t);
  t.find_needed(elementary::properties);
  return t;
}

}  // namespace rw::inline REWIND_ABI
