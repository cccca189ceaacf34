// A formula on tensors: its fused kernel, what of it the tape keeps, and the same op by op.
#pragma once

#include <array>

#include "autograd/pointwise/kernel.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI::detail {

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
  static constexpr bool one_function = Kernel::n_values == N + 1;
  using Inputs = std::array<Tensor, n_tensors>;
  using Outputs = std::array<Tensor, M>;
  using Shapes = std::array<const Shape*, n_tensors>;

  static Outputs run(const char* op, const Inputs& x) {
    const bool recorded = recording(op, x);
    Buffer<Scalar> saved;
    const Outputs y = values(op, x, recorded ? &saved : nullptr);
    if (recorded) append(op, x, y, std::make_unique<Reverse>(op, x, y, std::move(saved)));
    return y;
  }

  // The fused forward kernel; `saved`, if given, gets what the reverse sweep wants to find.
  static Outputs values(const char* op, const Inputs& x, Buffer<Scalar>* saved = nullptr) {
    const Shapes shapes = shapes_of(x);
    const Shape shape = result_shape(op, shapes);
    const std::size_t size = count(shape);
    const Geometry<N> geometry(shape, views(shapes));
    Outputs y;
    std::array<Scalar*, M> results;
    for (std::size_t k = 0; k < M; ++k) y[k] = empty(op, shape), results[k] = y[k].node()->value.data();
    std::array<Scalar*, S> kept{};
    if (saved != nullptr && S > 0) *saved = std::move(allocate(op, {S, size}).storage()), kept = slabs(*saved);
    if (size > 0) Kernel::forward(geometry, pointers(x), results, kept);
    for (const Tensor& each : y) check_result(op, each, x);
    return y;
  }

  // Each function an operation of its own on the tape.
  static Outputs composed(const Inputs& x) {
    Values v = arguments<true>(x);
    Kernel::template compose<true>(v);
    Outputs y;
    for (std::size_t k = 0; k < M; ++k) y[k] = v[Kernel::trace.outputs[k]];
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

  // Which tensors' values does the reverse sweep read?
  static constexpr std::array<bool, n_tensors> reads = [] {
    std::array<bool, n_tensors> all{};
    for (std::size_t n = 0; n < N; ++n) all[sources[n].tensor] = all[sources[n].tensor] || Kernel::trace.needed[n];
    return all;
  }();

  // The entry's rule: the fused sweep, or, when the derivative is itself recorded, the composed one.
  struct Reverse final : Rule {
    const char* op;
    Inputs x;  // what the sweep reads; the rest is undefined
    Outputs y;
    Buffer<Scalar> kept;  // (S, elements)

    Reverse(const char* o, const Inputs& inputs, const Outputs& outputs, Buffer<Scalar> saved)
        : op(o), kept(std::move(saved)) {
      for (std::size_t i = 0; i < n_tensors; ++i)
        if (reads[i]) x[i] = inputs[i];
      for (std::size_t k = 0; k < M; ++k)
        if (Kernel::trace.given(Kernel::trace.outputs[k])) y[k] = outputs[k];
    }

    const Buffer<Scalar>* saved() const override { return &kept; }
    void operator()(Rewinding& step) const override { step.recording() ? composed_reverse(*this, step) : fused(step); }

    void fused(Rewinding& step) const {
      Shapes shapes;
      for (std::size_t i = 0; i < n_tensors; ++i) shapes[i] = &step.input_shape(i);
      std::array<Tensor, n_tensors> dx;
      std::array<Scalar*, n_tensors> d{};
      const Shape& shape = step.output_shape();
      const Geometry<N> geometry(shape, views(shapes));
      for (std::size_t n = 0; n < N; ++n) {
        const std::size_t i = sources[n].tensor;
        if (!step.wants(i) || dx[i].defined()) continue;
        const bool adds = geometry.repeats[n] || count(shape) == 0;
        dx[i] = Tensor(adds ? zeros(op, *shapes[i]) : step.place(i));
        d[i] = const_cast<Scalar*>(dx[i].value().data());
      }
      std::array<Scalar*, M> results{}, dy{};
      for (std::size_t k = 0; k < M; ++k) {
        results[k] = pointer(y[k]);
        dy[k] = pointer(step.cotangent(k));
      }
      if (count(shape) > 0) Kernel::backward(geometry, pointers(x), results, slabs(kept), dy, blocks(d, shapes));
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

  static Shape result_shape(const char* op, const Shapes& x) {
    Shape shape = shown_shape(op, *x[0], sources[0].parts);
    for (const Source& s : sources) {
      if (s.tensor == 0 || s.block > 0 || (s.parts == 1 && *x[s.tensor] == shape)) continue;
      shape = broadcast_shape(op, shape, shown_shape(op, *x[s.tensor], s.parts));
    }
    return shape;
  }

  static Shapes shapes_of(const Inputs& x) {
    Shapes all;
    for (std::size_t i = 0; i < n_tensors; ++i) all[i] = &x[i].shape();
    return all;
  }
  static std::array<View, N> views(const Shapes& x) {
    std::array<View, N> all;
    for (std::size_t n = 0; n < N; ++n) all[n] = {x[sources[n].tensor], sources[n].parts};
    return all;
  }

  // The kernels take one type of pointer for all; what they read is only read.
  static Scalar* pointer(const Tensor& x) { return x.defined() ? const_cast<Scalar*>(x.value().data()) : nullptr; }
  static std::array<Scalar*, N> pointers(const Inputs& x) {
    std::array<Scalar*, n_tensors> p;
    Shapes shapes{};
    for (std::size_t i = 0; i < n_tensors; ++i)
      if (p[i] = pointer(x[i]); p[i] != nullptr) shapes[i] = &x[i].shape();
    return blocks(p, shapes);
  }
  static std::array<Scalar*, N> blocks(const std::array<Scalar*, n_tensors>& p, const Shapes& shapes) {
    std::array<Scalar*, N> all{};
    for (std::size_t n = 0; n < N; ++n) {
      const Source& s = sources[n];
      if (p[s.tensor] != nullptr)
        all[n] = s.parts == 1 ? p[s.tensor] : p[s.tensor] + s.block * (shapes[s.tensor]->back() / s.parts);
    }
    return all;
  }
  static std::array<Scalar*, S> slabs(const Buffer<Scalar>& saved) {
    std::array<Scalar*, S> p{};
    if constexpr (S > 0)
      for (std::size_t s = 0; s < S && !saved.empty(); ++s)
        p[s] = const_cast<Scalar*>(saved.data()) + s * (saved.size() / S);
    return p;
  }

  // ---- on tensors ----

  using Values = typename Kernel::Values;

  // The arguments of the formula: all, or those that the reverse sweep reads.
  template <bool all>
  static Values arguments(const Inputs& x) {
    Values v;
    for (std::size_t n = 0; n < N; ++n) {
      if (!all && !Kernel::trace.needed[n]) continue;
      const auto [tensor, block, parts] = sources[n];
      const auto width = static_cast<std::ptrdiff_t>(parts == 1 ? 0 : x[tensor].shape().back() / parts);
      const auto start = static_cast<std::ptrdiff_t>(block) * width;
      v[n] = parts == 1 ? x[tensor] : slice(x[tensor], -1, start, start + width);
    }
    return v;
  }

  static void composed_reverse(const Reverse& rule, Rewinding& step) {
    Values v = arguments<false>(rule.x), d;
    add_kept(rule, step, v);
    Kernel::template compose<false>(v);
    for (std::size_t k = 0; k < M; ++k) {
      Tensor& dy = d[Kernel::trace.outputs[k]];
      if (step.cotangent(k).defined()) dy = dy.defined() ? dy + step.cotangent(k) : step.cotangent(k);
    }
    Kernel::compose_reverse(v, d, [](std::size_t) { return false; });
    hand_on(rule.op, step, d);
  }

  // What was kept from the forward run, as variables. The values it was made of may be gone: of each the derivative is
  // that of its piece of the formula, down to the inputs and to what else was kept.
  template <std::size_t I = 0>
  static void add_kept(const Reverse& rule, const Rewinding& step, Values& v) {
    if constexpr (I < Kernel::n_values) {
      if constexpr (Kernel::trace.given(I)) {
        if constexpr (Kernel::trace.saved[I] < 0)
          v[I] = rule.y[Kernel::trace.output_of(I)];
        else
          v[I] = kept<I>(rule, step, v);
      }
      add_kept<I + 1>(rule, step, v);
    }
  }
  template <std::size_t I>
  static Tensor kept(const Reverse& rule, const Rewinding& step, const Values& before) {
    const Shape& shape = step.output_shape();
    const std::size_t size = count(shape);
    const Tensor y = array_over(rule.kept.window(static_cast<std::size_t>(Kernel::trace.saved[I]) * size, size), shape);
    Tensors from;
    for (std::size_t i = 0; i < n_tensors; ++i) from.push_back(step.variable(i));
    for (std::size_t i = 0; i < I; ++i)
      if (Kernel::trace.given(i)) from.push_back(before[i]);
    record(rule.op, from, {&y, 1}, [before, y, op = rule.op](Rewinding& piece) {
      Values v = before, d;
      Kernel::template compose<false, I>(v);
      v[I] = y, d[I] = piece.cotangent();
      Kernel::compose_reverse(v, d, [](std::size_t i) { return i != I && Kernel::trace.given(i); });
      hand_on(op, piece, d);
      std::size_t at = n_tensors;
      for (std::size_t i = 0; i < I; ++i)
        if (Kernel::trace.given(i)) {
          if (d[i].defined()) piece.add(at, d[i]);
          ++at;
        }
    });
    return y;
  }

  // The cotangents of the arguments, put together, to the tensors.
  static void hand_on(const char* op, Rewinding& step, const Values& d) {
    for (std::size_t n = 0; n < N; n += sources[n].parts) {
      const std::size_t i = sources[n].tensor, parts = sources[n].parts;
      if (!step.wants(i)) continue;
      const Shape shape = shown_shape(op, step.input_shape(i), parts);
      Tensors part(parts);
      for (std::size_t b = 0; b < parts; ++b)
        part[b] = d[n + b].defined() ? sum_to(d[n + b], shape) : Tensor(zeros(op, shape));
      step.add(i, parts == 1 ? part[0] : concat(part, -1));
    }
  }
};

}  // namespace rw::inline REWIND_ABI::detail
