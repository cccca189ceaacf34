// The kernels of one formula, unrolled from its trace: fused forward, fused reverse sweep.
#pragma once

#include <tuple>

#include "autograd/pointwise/geometry.hpp"
#include "autograd/pointwise/trace.hpp"

#define REWIND_INLINE __attribute__((always_inline))

namespace rw::inline REWIND_ABI {

template <class F, std::size_t N>
class Kernel {
 public:
  static constexpr Trace trace = trace_of<F, static_cast<int>(N)>();
  static constexpr std::size_t n_outputs = static_cast<std::size_t>(trace.n_outputs);
  static constexpr std::size_t n_saved = static_cast<std::size_t>(trace.n_saved);
  static constexpr std::size_t n_values = static_cast<std::size_t>(trace.size);

  // outputs[k] and saved[s] are dense arrays of the result's shape; saved may be left null.
  static void forward(const Geometry<N>& g, const std::array<Scalar*, N>& inputs,
                      const std::array<Scalar*, n_outputs>& outputs, const std::array<Scalar*, n_saved>& saved) {
    std::size_t at = 0;  // element of the result
    g.for_each_row([&](const typename Geometry<N>::Strides& offset) {
      for_each_chunk(g, [&](std::size_t c, auto dense, auto whole, std::size_t n) REWIND_INLINE {
        std::array<Lanes, n_values> v;
        unroll<n_values>([&](auto i) REWIND_INLINE {
          evaluate<i>(v, [&](std::size_t k) REWIND_INLINE {
            return load<dense, whole>(inputs[k] + offset[k], g.column_stride[k], c, n);
          });
          if constexpr (trace.saved[i] >= 0)
            if (saved[0] != nullptr) store<whole>(saved[trace.saved[i]] + at + c, v[i], n);
        });
        unroll<n_outputs>([&](auto k) REWIND_INLINE { store<whole>(outputs[k] + at + c, v[trace.outputs[k]], n); });
      });
      at += g.columns;
    });
  }

  // Writes d_inputs[i], which has the strides of input i, from the cotangents of the outputs (null: zero). A
  // null d_inputs[i] is not wanted; where an input repeats its d_inputs[i] is added to, and starts as zeros.
  // Inputs and outputs that the trace does not need may be null.
  static void backward(const Geometry<N>& g, const std::array<Scalar*, N>& inputs,
                       const std::array<Scalar*, n_outputs>& outputs, const std::array<Scalar*, n_saved>& saved,
                       const std::array<Scalar*, n_outputs>& d_outputs, const std::array<Scalar*, N>& d_inputs) {
    std::size_t at = 0;
    g.for_each_row([&](const typename Geometry<N>::Strides& offset) {
      std::array<Lanes, N> row_sum;
      row_sum.fill(Lanes(0));
      for_each_chunk(g, [&](std::size_t c, auto dense, auto whole, std::size_t n) REWIND_INLINE {
        std::array<Lanes, n_values> v, d;
        unroll<n_values>([&](auto i) REWIND_INLINE {
          if constexpr (trace.saved[i] >= 0)
            v[i] = load<true, whole>(saved[trace.saved[i]], 1, at + c, n);
          else if constexpr (trace.given(i))
            v[i] = load<true, whole>(outputs[trace.output_of(i)], 1, at + c, n);
          else if constexpr (trace.needed[i])
            evaluate<i>(v, [&](std::size_t k) REWIND_INLINE {
              return load<dense, whole>(inputs[k] + offset[k], g.column_stride[k], c, n);
            });
        });
        d.fill(Lanes(0));
        unroll<n_outputs>([&](auto k) REWIND_INLINE {
          if (d_outputs[k] != nullptr)
            d[trace.outputs[k]] = d[trace.outputs[k]] + load<true, whole>(d_outputs[k], 1, at + c, n);
        });
        unroll<n_values>([&](auto i) REWIND_INLINE { reverse<n_values - 1 - i>(v, d); });
        unroll<N>([&](auto i) REWIND_INLINE {
          if (d_inputs[i] == nullptr) return;
          Scalar* to = d_inputs[i] + offset[i];
          if (!dense && g.column_stride[i] == 0)
            row_sum[i] = row_sum[i] + (whole ? d[i] : first(d[i], n));
          else if (g.repeats[i])
            store<whole>(to + c, load<true, whole>(to, 1, c, n) + d[i], n);
          else
            store<whole>(to + c, d[i], n);
        });
      });
      for (std::size_t i = 0; i < N; ++i)
        if (d_inputs[i] != nullptr && g.column_stride[i] == 0) d_inputs[i][offset[i]] += sum(row_sum[i]);
      at += g.columns;
    });
  }

  // The same two sweeps on tensors, each elementary function an operation on the tape.
  using Values = std::array<Tensor, n_values>;

  // Fills in what is undefined of the first End values: everything, or what the reverse sweep needs.
  template <bool all, std::size_t End = n_values, std::size_t I = 0>
  static void compose(Values& v) {
    if constexpr (I < End) {
      if ((all || trace.needed[I]) && !v[I].defined()) {
        constexpr TracedOp op = trace.ops[I];
        if constexpr (op.code == TracedOp::constant)
          v[I] = Tensor(static_cast<Scalar>(op.number));
        else if constexpr (op.code >= 0)
          v[I] = apply<I>(v);
      }
      compose<all, End, I + 1>(v);
    }
  }

  // From the cotangents d of some values to those of what they are made of; `stops` tells where to go no further.
  template <std::size_t I = n_values>
  static void compose_reverse(const Values& v, Values& d, const auto& stops) {
    if constexpr (I > N) {
      constexpr TracedOp op = trace.ops[I - 1];
      if constexpr (op.code >= 0)
        if (d[I - 1].defined() && !stops(I - 1)) reverse_tensor<I - 1>(v, d);
      compose_reverse<I - 1>(v, d, stops);
    }
  }

 private:
  template <std::size_t Count, class Body>
  REWIND_INLINE static void unroll(const Body& body) {
    [&]<std::size_t... I>(std::index_sequence<I...>) REWIND_INLINE {
      (body(std::integral_constant<std::size_t, I>{}), ...);
    }
    (std::make_index_sequence<Count>{});
  }

  // chunk(column, dense?, whole register?, lanes) over one row.
  template <class Chunk>
  REWIND_INLINE static void for_each_chunk(const Geometry<N>& g, const Chunk& chunk) {
    std::size_t c = 0;
    if (g.dense)
      for (; c + Lanes::size <= g.columns; c += Lanes::size) chunk(c, std::true_type{}, std::true_type{}, Lanes::size);
    else
      for (; c + Lanes::size <= g.columns; c += Lanes::size) chunk(c, std::false_type{}, std::true_type{}, Lanes::size);
    if (c < g.columns) chunk(c, std::false_type{}, std::false_type{}, g.columns - c);
  }

  template <bool dense, bool whole>
  REWIND_INLINE static Lanes load(const Scalar* p, std::ptrdiff_t stride, std::size_t c, std::size_t n) {
    if (!dense && stride == 0) return Lanes(*p);
    if constexpr (whole)
      return Lanes::load(p + c);
    else
      return Lanes::load(p + c, n);
  }
  template <bool whole>
  REWIND_INLINE static void store(Scalar* p, Lanes x, std::size_t n) {
    if constexpr (whole)
      x.store(p);
    else
      x.store(p, n);
  }
  static Lanes first(Lanes x, std::size_t n) {
    alignas(pool::alignment) Scalar lanes[Lanes::size];
    x.store(lanes);
    return Lanes::load(lanes, n);
  }

  template <std::size_t I, class V>
  REWIND_INLINE static V apply(const std::array<V, n_values>& v) {
    constexpr TracedOp op = trace.ops[I];
    using Elementary = std::tuple_element_t<static_cast<std::size_t>(op.code), elementary::All>;
    if constexpr (Elementary::arity == 1)
      return Elementary::value(v[op.args[0]]);
    else if constexpr (Elementary::arity == 2)
      return Elementary::value(v[op.args[0]], v[op.args[1]]);
    else
      return Elementary::value(v[op.args[0]], v[op.args[1]], v[op.args[2]]);
  }

  template <std::size_t I, class Load>
  REWIND_INLINE static void evaluate(std::array<Lanes, n_values>& v, const Load& load_input) {
    constexpr TracedOp op = trace.ops[I];
    if constexpr (op.code == TracedOp::input)
      v[I] = load_input(static_cast<std::size_t>(op.args[0]));
    else if constexpr (op.code == TracedOp::constant)
      v[I] = Lanes(static_cast<Scalar>(op.number));
    else
      v[I] = apply<I>(v);
  }

  // d (argument J of value I) from d[I].
  template <std::size_t I, int J, class V>
  REWIND_INLINE static auto derivative(const std::array<V, n_values>& v, const V& dy) {
    constexpr TracedOp op = trace.ops[I];
    using Elementary = std::tuple_element_t<static_cast<std::size_t>(op.code), elementary::All>;
    if constexpr (Elementary::arity == 1)
      return Elementary::template derivative<J>(v[op.args[0]], v[I], dy);
    else if constexpr (Elementary::arity == 2)
      return Elementary::template derivative<J>(v[op.args[0]], v[op.args[1]], v[I], dy);
    else
      return Elementary::template derivative<J>(v[op.args[0]], v[op.args[1]], v[op.args[2]], v[I], dy);
  }

  template <std::size_t I, class Add>
  REWIND_INLINE static void for_each_argument(const Add& add) {
    constexpr TracedOp op = trace.ops[I];
    unroll<static_cast<std::size_t>(op.arity)>([&](auto j) REWIND_INLINE {
      constexpr auto to = static_cast<std::size_t>(op.args[j]);
      if constexpr (trace.ops[to].code != TracedOp::constant)
        add(std::integral_constant<int, static_cast<int>(decltype(j)::value)>{},
            std::integral_constant<std::size_t, to>{});
    });
  }

  template <std::size_t I>
  REWIND_INLINE static void reverse(const std::array<Lanes, n_values>& v, std::array<Lanes, n_values>& d) {
    if constexpr (trace.ops[I].code >= 0)
      for_each_argument<I>([&](auto j, auto to) REWIND_INLINE {
        const auto dx = derivative<I, j>(v, d[I]);
        if constexpr (!std::is_same_v<decltype(dx), const elementary::None>) d[to] = d[to] + dx;
      });
  }

  template <std::size_t I>
  static void reverse_tensor(const Values& v, Values& d) {
    for_each_argument<I>([&](auto j, auto to) {
      if (to < N && v[to].defined() && !v[to].requires_grad()) return;
      const auto dx = derivative<I, j>(v, d[I]);
      if constexpr (!std::is_same_v<decltype(dx), const elementary::None>) d[to] = d[to].defined() ? d[to] + dx : dx;
    });
  }
};

}  // namespace rw::inline REWIND_ABI
