#include <omp.h>

#include <cstring>
#include <memory>
#include <oneapi/dnnl/dnnl.hpp>
#include <random>
#include <unordered_map>

#include "peers.hpp"

namespace rw::bench {
namespace {

using namespace dnnl;
using Dims = memory::dims;
using Arguments = std::unordered_map<int, memory>;
constexpr auto f32 = memory::data_type::f32;
constexpr auto one_way = rnn_direction::unidirectional_left2right;

// What the three cells differ in.
template <class Forward, class Backward, int gates, int bias_gates>
struct Primitives {
  using forward = Forward;
  using backward = Backward;
  static constexpr int G = gates, bias = bias_gates;
  static constexpr bool has_c = std::is_same_v<Forward, lstm_forward>,
                        activates = std::is_same_v<Forward, vanilla_rnn_forward>;
};
using Rnn = Primitives<vanilla_rnn_forward, vanilla_rnn_backward, 1, 1>;
using Lstm = Primitives<lstm_forward, lstm_backward, 4, 4>;
using Gru = Primitives<lbr_gru_forward, lbr_gru_backward, 3, 4>;  // PyTorch's form, reset_after

template <class P>
class Rnns {
 public:
  Rnns(const Layers& l, prop_kind kind)
      : engine_(engine::kind::cpu, 0),
        stream_(engine_),
        sequence_({size(l.T), size(l.B), size(l.H)}, f32, memory::format_tag::tnc),
        state_({size(l.L), 1, size(l.B), size(l.H)}, f32, memory::format_tag::ldnc),
        weights_({size(l.L), 1, size(l.H), P::G, size(l.H)}, f32, memory::format_tag::any),
        bias_({size(l.L), 1, P::bias, size(l.H)}, f32, memory::format_tag::ldgo),
        inference_(kind == prop_kind::forward_inference),
        forward_pd_(forward_description(kind), engine_) {
    forward_ = typename P::forward(forward_pd_);
    Arguments& a = forward_arguments_;
    a = {{DNNL_ARG_SRC_LAYER, filled(sequence_)},
         {DNNL_ARG_WEIGHTS_LAYER, weights(forward_pd_.weights_layer_desc())},
         {DNNL_ARG_WEIGHTS_ITER, weights(forward_pd_.weights_iter_desc())},
         {DNNL_ARG_BIAS, filled(bias_)},
         {DNNL_ARG_DST_LAYER, filled(sequence_)}};
    if (inference_) {
      a[DNNL_ARG_SRC_ITER] = filled(state_), a[DNNL_ARG_DST_ITER] = filled(state_);
      if (P::has_c) a[DNNL_ARG_SRC_ITER_C] = filled(state_), a[DNNL_ARG_DST_ITER_C] = filled(state_);
      return;
    }
    a[DNNL_ARG_WORKSPACE] = memory(forward_pd_.workspace_desc(), engine_);
    prepare_backward();
  }

  void step() {
    forward_.execute(stream_, forward_arguments_);
    if (!inference_) {
      for (auto& gradient : gradients_)  // they are added to
        std::memset(gradient.get_data_handle(), 0, gradient.get_desc().get_size());
      backward_.execute(stream_, backward_arguments_);
    }
    stream_.wait();
  }

 private:
  static memory::dim size(std::size_t n) { return static_cast<memory::dim>(n); }

  memory filled(const memory::desc& description) {
    memory m(description, engine_);
    auto* data = static_cast<float*>(m.get_data_handle());
    std::uniform_real_distribution<float> numbers(-0.1f, 0.1f);
    for (std::size_t i = 0; i < description.get_size() / sizeof(float); ++i) data[i] = numbers(random_);
    return m;
  }

  // Some formats hold more than numbers: only a reorder can write them.
  memory weights(const memory::desc& description) {
    const memory::desc plain(description.dims(), f32, memory::format_tag::ldigo);
    memory from = filled(plain), to(description, engine_);
    reorder(from, to).execute(stream_, from, to);
    stream_.wait();
    return to;
  }

  typename P::forward::desc forward_description(prop_kind kind) {
    const memory::desc state = inference_ ? state_ : memory::desc();
    if constexpr (P::has_c)
      return {kind, one_way, sequence_, state, state, weights_, weights_, bias_, sequence_, state, state};
    else if constexpr (P::activates)
      return {kind, algorithm::eltwise_tanh, one_way, sequence_, state, weights_, weights_, bias_, sequence_, state};
    else
      return {kind, one_way, sequence_, state, weights_, weights_, bias_, sequence_, state};
  }

  typename P::backward::desc backward_description() {
    const memory::desc none;
    const auto kind = prop_kind::backward;
    if constexpr (P::has_c)
      return {kind, one_way,   sequence_, none, none,     weights_, weights_, bias_,     sequence_, none,
              none, sequence_, none,      none, weights_, weights_, bias_,    sequence_, none,      none};
    else if constexpr (P::activates)
      return {kind,      algorithm::eltwise_tanh,
              one_way,   sequence_,
              none,      weights_,
              weights_,  bias_,
              sequence_, none,
              sequence_, none,
              weights_,  weights_,
              bias_,     sequence_,
              none};
    else
      return {kind, one_way,   sequence_, none,     weights_, weights_, bias_,     sequence_,
              none, sequence_, none,      weights_, weights_, bias_,    sequence_, none};
  }

  void prepare_backward() {
    const typename P::backward::primitive_desc pd(backward_description(), engine_, forward_pd_);
    backward_ = typename P::backward(pd);
    Arguments& a = backward_arguments_;
    a = forward_arguments_;
    a[DNNL_ARG_WEIGHTS_LAYER] = weights(pd.weights_layer_desc());
    a[DNNL_ARG_WEIGHTS_ITER] = weights(pd.weights_iter_desc());
    a[DNNL_ARG_DIFF_SRC_LAYER] = filled(sequence_), a[DNNL_ARG_DIFF_DST_LAYER] = filled(sequence_);
    a[DNNL_ARG_DIFF_WEIGHTS_LAYER] = filled(pd.diff_weights_layer_desc());
    a[DNNL_ARG_DIFF_WEIGHTS_ITER] = filled(pd.diff_weights_iter_desc());
    a[DNNL_ARG_DIFF_BIAS] = filled(bias_);
    gradients_ = {a[DNNL_ARG_DIFF_WEIGHTS_LAYER], a[DNNL_ARG_DIFF_WEIGHTS_ITER], a[DNNL_ARG_DIFF_BIAS]};
  }

  std::mt19937 random_{1};
  engine engine_;
  stream stream_;
  memory::desc sequence_, state_, weights_, bias_;
  bool inference_;
  typename P::forward::primitive_desc forward_pd_;
  typename P::forward forward_;
  typename P::backward backward_;
  Arguments forward_arguments_, backward_arguments_;
  std::vector<memory> gradients_;
};

template <class P>
Contestant contestant(const Layers& layers, prop_kind kind, int threads) {
  omp_set_num_threads(threads);
  auto rnns = std::make_shared<Rnns<P>>(layers, kind);
  return {"oneDNN " + std::to_string(threads), [threads] { omp_set_num_threads(threads); }, [rnns] { rnns->step(); }};
}
Contestant any_contestant(const Layers& layers, prop_kind kind, int threads) {
  if (layers.cell == "lstm") return contestant<Lstm>(layers, kind, threads);
  if (layers.cell == "gru") return contestant<Gru>(layers, kind, threads);
  return contestant<Rnn>(layers, kind, threads);
}

}  // namespace

Contestant onednn_step(const Layers& layers, int threads) {
  return any_contestant(layers, prop_kind::forward_training, threads);
}
Contestant onednn_inference(const Layers& layers) {
  return any_contestant({layers.cell, layers.H, layers.L, 1, 1}, prop_kind::forward_inference, 1);
}

}  // namespace rw::bench
