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
// fused SIMD loop each. Derivatives of derivatives run the same trace on tensors, op by op.
//
// Throws if the shapes do not broadcast, or if a last axis is no multiple of K.
#pragma once

#include <array>
#include <cstdint>

#include "autograd/pointwise/kernel.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI {

template <std::size_t K>
struct Columns {
  const Tensor& x;
};
template <std::size_t K>
Columns<K> columns(const Tensor& x) {
  return {x};
}

// While it lives, formulas of several operations are recorded op by op instead of fused: for study.
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

// Argument n of the formula: block `block` of `parts` of tensor `tensor`.
struct Source {
  std::size_t tensor, block, parts;
};

template <class F, std::size_t... K>
class Formula {
 public:
  static constexpr std::size_t n_tensors = sizeof...(K), N = (K + ...);
  using Kernel = rw::Kernel<F, N>;
  static constexpr std::size_t M = Kernel::n_outputs, S = Kernel::n_saved;
  using Inputs = std::array<Tensor, n_tensors>;
  using Outputs = std::array<Tensor, M>;

  static Outputs run(const char* op, const Inputs& x) {
    if (Composed::active() && Kernel::n_values > N + 1) return composed(x);
    const bool recorded = recording(op, x);
    Buffer<Scalar> saved;
    const Outputs y = values(op, x, recorded ? &saved : nullptr);
    if (recorded) {
      const std::size_t bytes = saved.size() * sizeof(Scalar);
      append(op, x, y, std::make_unique<Reverse>(op, std::move(saved)), bytes);
    }
    return y;
  }

  // The fused forward kernel; `saved`, if given, gets what the reverse sweep wants to find.
  static Outputs values(const char* op, const Inputs& x, Buffer<Scalar>* saved = nullptr) {
    const Shape shape = result_shape(op, x);
    const std::size_t size = count(shape);
    const Geometry<N> geometry(shape, views(x));
    Outputs y;
    std::array<Scalar*, M> results;
    for (std::size_t k = 0; k < M; ++k) y[k] = empty(op, shape), results[k] = y[k].node()->value.data();
    std::array<Scalar*, S> kept{};
    if (saved != nullptr && S > 0) *saved = std::move(allocate(op, {S, size}).storage()), kept = slabs(*saved, size);
    if (size > 0) Kernel::forward(geometry, pointers(x), results, kept);
    for (const Tensor& each : y) check_result(op, each, x);
    return y;
  }

 private:
  static constexpr std::array<Source, N> sources = [] {
    std::array<Source, N> all{};
    std::size_t n = 0, tensor = 0;
    const auto add = [&](std::size_t parts) {
      for (std::size_t b = 0; b < parts; ++b) all[n++] = {tensor, b, parts};
      ++tensor;
    };
    (add(K), ...);
    return all;
  }();

  // The entry's rule: the fused sweep, or, when the derivative is itself recorded, the composed one.
  struct Reverse final : Rule {
    const char* op;
    Buffer<Scalar> saved;
    Reverse(const char* o, Buffer<Scalar> s) : op(o), saved(std::move(s)) {}

    void operator()(Rewinding& step) const override {
      Inputs x;
      for (std::size_t i = 0; i < n_tensors; ++i) x[i] = step.input(i);
      if (step.recording()) return composed_reverse(step, x);
      std::array<Tensor, n_tensors> dx;
      std::array<Scalar*, n_tensors> d{};
      const Shape shape = step.output().shape();
      const Geometry<N> geometry(shape, views(x));
      for (std::size_t n = 0; n < N; ++n) {
        const std::size_t i = sources[n].tensor;
        if (!step.wants(i) || dx[i].defined()) continue;
        const bool adds = geometry.repeats[n] || count(shape) == 0;
        dx[i] = Tensor(adds ? zeros(op, x[i].shape()) : step.place(i));
        d[i] = const_cast<Scalar*>(dx[i].value().data());
      }
      std::array<Scalar*, M> y{}, dy{};
      for (std::size_t k = 0; k < M; ++k) {
        y[k] = const_cast<Scalar*>(step.output(k).value().data());
        if (step.cotangent(k).defined()) dy[k] = const_cast<Scalar*>(step.cotangent(k).value().data());
      }
      if (count(shape) > 0)
        Kernel::backward(geometry, pointers(x), y, slabs(const_cast<Buffer<Scalar>&>(saved), count(shape)), dy,
                         blocks(d, x));
      for (std::size_t i = 0; i < n_tensors; ++i)
        if (dx[i].defined()) step.add(i, std::move(dx[i]));
    }
  };

  // That of each of `parts` blocks of the last axis.
  static Shape shown_shape(const char* op, Shape shape, std::size_t parts) {
    if (parts == 1) return shape;
    if (shape.empty() || shape.back() % parts != 0)
      fail(op, "columns: last axis of " + to_string(shape) + " is no multiple of " + std::to_string(parts));
    shape.back() /= parts;
    return shape;
  }

  static Shape result_shape(const char* op, const Inputs& x) {
    Shape shape = shown_shape(op, x[0].shape(), sources[0].parts);
    for (const Source& s : sources) {
      if (s.tensor == 0 || s.block > 0 || (s.parts == 1 && x[s.tensor].shape() == shape)) continue;
      shape = broadcast_shape(op, shape, shown_shape(op, x[s.tensor].shape(), s.parts));
    }
    return shape;
  }

  static std::array<View, N> views(const Inputs& x) {
    std::array<View, N> all;
    for (std::size_t n = 0; n < N; ++n) all[n] = {&x[sources[n].tensor].shape(), sources[n].parts};
    return all;
  }

  // The kernels take one type of pointer for all; inputs are only read.
  static std::array<Scalar*, N> pointers(const Inputs& x) {
    std::array<Scalar*, n_tensors> p;
    for (std::size_t i = 0; i < n_tensors; ++i) p[i] = const_cast<Scalar*>(x[i].value().data());
    return blocks(p, x);
  }
  static std::array<Scalar*, N> blocks(const std::array<Scalar*, n_tensors>& p, const Inputs& x) {
    std::array<Scalar*, N> all{};
    for (std::size_t n = 0; n < N; ++n) {
      const Source& s = sources[n];
      if (p[s.tensor] == nullptr) continue;
      all[n] = s.parts == 1 ? p[s.tensor] : p[s.tensor] + s.block * (x[s.tensor].shape().back() / s.parts);
    }
    return all;
  }
  static std::array<Scalar*, S> slabs(Buffer<Scalar>& saved, std::size_t size) {
    std::array<Scalar*, S> p{};
    if (saved.size() > 0)
      for (std::size_t s = 0; s < S; ++s) p[s] = saved.data() + s * size;
    return p;
  }

  // ---- on tensors ----

  static typename Kernel::Values arguments(const Inputs& x) {
    typename Kernel::Values v;
    for (std::size_t n = 0; n < N; ++n) {
      const auto [tensor, block, parts] = sources[n];
      const auto width = static_cast<std::ptrdiff_t>(parts == 1 ? 0 : x[tensor].shape().back() / parts);
      const auto start = static_cast<std::ptrdiff_t>(block) * width;
      v[n] = parts == 1 ? x[tensor] : slice(x[tensor], -1, start, start + width);
    }
    return v;
  }

  static Outputs composed(const Inputs& x) {
    typename Kernel::Values v = arguments(x);
    Kernel::compose(v);
    Outputs y;
    for (std::size_t k = 0; k < M; ++k) y[k] = v[Kernel::trace.outputs[k]];
    return y;
  }

  static void composed_reverse(Rewinding& step, const Inputs& x) {
    typename Kernel::Values v = arguments(x), d;
    for (std::size_t k = 0; k < M; ++k)
      if (Kernel::trace.ops[Kernel::trace.outputs[k]].code >= 0) v[Kernel::trace.outputs[k]] = step.output(k);
    Kernel::compose(v);
    for (std::size_t k = 0; k < M; ++k) {
      Tensor& dy = d[Kernel::trace.outputs[k]];
      if (step.cotangent(k).defined()) dy = dy.defined() ? dy + step.cotangent(k) : step.cotangent(k);
    }
    Kernel::compose_reverse(v, d);
    for (std::size_t n = 0; n < N; n += sources[n].parts) {
      const std::size_t i = sources[n].tensor, parts = sources[n].parts;
      if (!step.wants(i)) continue;
      Tensors part(parts);
      for (std::size_t b = 0; b < parts; ++b)
        part[b] = d[n + b].defined() ? sum_to(d[n + b], v[n + b].shape()) : Tensor(Array(v[n + b].shape(), Scalar(0)));
      step.add(i, parts == 1 ? part[0] : concat(part, -1));
    }
  }
};

}  // namespace detail

// One result: Tensor; several: std::array<Tensor, M>. The name is what the tape prints.
template <class F, class... Args>
auto pointwise(const char* name, F, const Args&... args) {
  using Formula = detail::Formula<F, detail::Blocks<Args>::count...>;
  auto results = Formula::run(name, {detail::tensor_of(args)...});
  if constexpr (Formula::M == 1)
    return Tensor(std::move(results[0]));
  else
    return results;
}
template <class F, class... Args>
auto pointwise(F formula, const Args&... args) requires std::is_class_v<F> {
  return pointwise("pointwise", formula, args...);
}

// The same without a derivative, for updates of parameters: never recorded.
template <class F, class... Args>
auto pointwise_values(const char* name, F, const Args&... args) {
  return detail::Formula<F, detail::Blocks<Args>::count...>::values(name, {detail::tensor_of(args)...});
}

}  // namespace rw::inline REWIND_ABI
