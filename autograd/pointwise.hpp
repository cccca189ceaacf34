// pointwise(f, tensors...): arithmetic written once, as a formula, and run as one kernel.
//
//   auto [h, c] = pointwise("lstm", [](auto i, auto f, auto g, auto o, auto c_prev) {
//     auto c = sigmoid(f) * c_prev + sigmoid(i) * tanh(g);
//     return outputs(sigmoid(o) * tanh(c), c);
//   }, columns<4>(gates), c_prev);
//
// f is a captureless generic lambda over the functions of pointwise/functions.hpp; numbers that are known
// only at run time come in as tensors of shape (). Tensors broadcast, without copies; columns<K>(x) stands
// for K arguments, the K equal blocks of x's last axis. The compiler traces f; forward and backward are one
// fused SIMD loop each, and the tape keeps what the backward loop reads, no more. Derivatives of derivatives run the
// same trace on tensors, op by op.
//
// Throws if the shapes do not broadcast, or if a last axis is no multiple of K.
#pragma once

#include "autograd/pointwise/formula.hpp"

namespace rw::inline REWIND_ABI {

template <std::size_t K>
struct Columns {
  const Tensor& x;
};
template <std::size_t K>
Columns<K> columns(const Tensor& x) {
  return {x};
}

// While it lives, formulas of several operations are computed op by op instead of fused: for study.
class Composed {
 public:
  Composed();
  ~Composed();
  Composed(const Composed&) = delete;
  Composed& operator=(const Composed&) = delete;
  static bool active();

 private:
  bool before_;
};

namespace detail {

template <class>
struct Blocks {  // how many arguments of the formula one argument of pointwise() stands for
  static constexpr std::size_t count = 1;
};
template <std::size_t K>
struct Blocks<Columns<K>> {
  static constexpr std::size_t count = K;
};
inline const Tensor& tensor_of(const Tensor& x) { return x; }
template <std::size_t K>
const Tensor& tensor_of(const Columns<K>& columns) {
  return columns.x;
}

}  // namespace detail

// One result: Tensor; several: std::array<Tensor, M>. The name is what the tape prints.
template <class F, class... Args>
auto pointwise(const char* name, F, const Args&... args) {
  using Formula = detail::Formula<F, detail::Blocks<Args>::count...>;
  const typename Formula::Inputs x{detail::tensor_of(args)...};
  auto results = Composed::active() && !Formula::one_function ? Formula::composed(x) : Formula::run(name, x);
  if constexpr (Formula::M == 1)
    return Tensor(std::move(results[0]));
  else
    return results;
}
template <class F, class... Args>
auto pointwise(F formula, const Args&... args) requires std::is_class_v<F> {
  return pointwise("pointwise", formula, args...);
}

// The same without a derivative, for updates of parameters: never recorded. Always an array.
// While Composed, a result that is an argument unchanged is that argument.
template <class F, class... Args>
auto pointwise_values(const char* name, F, const Args&... args) {
  using Formula = detail::Formula<F, detail::Blocks<Args>::count...>;
  const typename Formula::Inputs x{detail::tensor_of(args)...};
  if (!Composed::active() || Formula::one_function) return Formula::values(name, x);
  const Pause pause;
  return Formula::composed(x);
}

}  // namespace rw::inline REWIND_ABI
