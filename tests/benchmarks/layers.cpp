#include "layers.hpp"

#include <memory>

#include "autograd/gemm.hpp"
#include "autograd/ops.hpp"
#include "autograd/precision.hpp"
#include "autograd/tape.hpp"
#include "models/char_rnn.hpp"
#include "nn/cells/cells.hpp"
#include "nn/data_parallel.hpp"
#include "nn/stacked.hpp"
#include "nn/train/optim.hpp"

namespace rw::bench {
namespace {

std::string label(int threads) { return "Rewind " + std::to_string(threads); }
std::function<void()> entering(int threads) {
  return [threads] { set_threads(threads); };
}

// The weights have changed, and what was made from them must be made again.
template <class Module>
void new_step(Module& module) {
  for (Tensor& p : nn::parameters(module)) p.mutate(), p.zero_grad();
}

template <class Cell>
struct LayersRun {
  Rng rng{1};
  nn::Stacked<Cell> stacked;
  struct Part {
    Tensor x, dy;
  };
  std::vector<Part> parts;

  LayersRun(const Layers& l, int threads) : stacked(l.H, l.H, l.L, 0., rng) {
    const auto n = static_cast<std::size_t>(threads);
    for (std::size_t i = 0; i < n; ++i) {
      const Shape shape{l.T, nn::part_begin(l.B, n, i + 1) - nn::part_begin(l.B, n, i), l.H};
      parts.push_back({parameter(rng.normal(shape)), rng.normal(shape)});
    }
  }
  void step() {
    new_step(stacked);
    for (Part& part : parts) part.x.zero_grad();
    Tape tape;
    if (parts.size() == 1) return tape.backward(stacked(parts[0].x).outputs, parts[0].dy);
    const auto loss = [&](const nn::Stacked<Cell>& copy, std::size_t i) {
      return sum(copy(parts[i].x).outputs * parts[i].dy);
    };
    tape.backward(nn::parallel_loss(stacked, rng, parts.size(), loss));
  }
};

template <class Cell>
Contestant layers_contestant(const Layers& layers, int threads) {
  auto run = std::make_shared<LayersRun<Cell>>(layers, threads);
  return {label(threads), entering(threads), [run] { run->step(); }};
}

struct CharModelRun {
  Rng rng{1};
  models::CharRNN model;
  Tensors parameters;
  std::unique_ptr<nn::Optimizer> adam;
  datasets::Batch batch;

  explicit CharModelRun(const CharModel& m)
      : model({.cell = m.layers.cell, .vocabulary = m.V, .hidden = m.layers.H, .layers = m.layers.L, .embed = m.E},
              rng),
        parameters(nn::parameters(model)),
        adam(nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-3})) {
    const Shape shape{m.layers.T, m.layers.B};
    batch = {IndexArray(shape), IndexArray(shape), count(shape)};
    for (IndexArray* indices : {&batch.inputs, &batch.targets})
      for (Index& index : *indices) index = static_cast<Index>(rng.below(m.V));
  }
  void step() {
    {
      Tape tape;
      tape.backward(model.parallel_loss(batch, model.zero_state(batch.inputs.shape()[1]), rng).outputs);
    }
    nn::clip_grad_norm(parameters, 1);
    adam->step();
    for (Tensor& p : parameters) p.zero_grad();
  }
};

}  // namespace

Contestant rewind_step(const Layers& layers, int threads) {
  if (layers.cell == "lstm") return layers_contestant<nn::LSTMCell>(layers, threads);
  if (layers.cell == "gru") return layers_contestant<nn::GRUCell>(layers, threads);
  return layers_contestant<nn::RNNCell>(layers, threads);
}

Contestant rewind_step(const CharModel& model, int threads) {
  auto run = std::make_shared<CharModelRun>(model);
  return {label(threads), entering(threads), [run] { run->step(); }};
}

Contestant rewind_inference(const Layers& layers) {
  struct Run {
    Rng rng{1};
    nn::Stacked<nn::LSTMCell> stacked;
    Tensor x;
    nn::Stacked<nn::LSTMCell>::State state;
    explicit Run(const Layers& l)
        : stacked(l.H, l.H, l.L, 0., rng), x(rng.normal({1, 1, l.H})), state(stacked.zero_state(1)) {}
  };
  auto run = std::make_shared<Run>(layers);
  return {label(1), entering(1), [run] { run->state = run->stacked(run->x, run->state).state; }};
}

Contestant rewind_additions(std::size_t rows, std::size_t columns, Work work) {
  Rng rng(1);
  const Shape shape{rows, columns};
  Tensor x = work == Work::forward ? Tensor(rng.normal(shape)) : parameter(rng.normal(shape));
  return {"Rewind", entering(1),
          [x, b = Tensor(rng.normal(shape)), dy = Tensor(Array(shape, Scalar(1))), work]() mutable {
            Tape tape;
            Tensor y = x;
            for (int i = 0; i < chain; ++i) y = y + b;
            x.zero_grad();
            if (work == Work::backward) tape.backward(y, dy);
          }};
}

Contestant sgemm_peak(int threads) {
  constexpr std::size_t n = 1536;
  Rng rng(1);
  return {"peak " + std::to_string(threads), entering(threads),
          [a = rng.normal({n, n}), b = rng.normal({n, n}), c = Array(Shape{n, n})]() mutable {
            const Precision before = matmul_precision();
            set_matmul_precision(Precision::full);
            gemm(n, n, n, {a.data(), n}, {b.data(), n}, c.data(), n);
            set_matmul_precision(before);
          }};
}

}  // namespace rw::bench
