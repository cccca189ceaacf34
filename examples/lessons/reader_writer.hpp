// The model of lesson 10 without its attention, and how it is measured: one recurrent layer reads T symbols, a second
// one, which begins with the first's last state, says them again.
#pragma once

#include <utility>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"
#include "nn/positions.hpp"
#include "nn/recurrent.hpp"
#include "nn/train/classification.hpp"
#include "nn/train/optim.hpp"

namespace rw::inline REWIND_ABI::lessons {

constexpr std::size_t width = 32, batch_size = 16, kinds = 8;

struct Batch {
  IndexArray symbols, targets;  // (T, B): the targets are the symbols in their order, or the last one first
};

inline Batch draw(std::size_t T, bool reversed, Rng& rng) {
  Batch batch{IndexArray(Shape{T, batch_size}), IndexArray(Shape{T, batch_size})};
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t b = 0; b < batch_size; ++b)
      batch.targets(reversed ? T - 1 - t : t, b) = batch.symbols(t, b) = static_cast<Index>(rng.below(kinds));
  return batch;
}

// Where a step stands: (T, 1, width).
inline Tensor places(std::size_t T) { return reshape(nn::sinusoidal_positions(0, T, width), {T, 1, width}); }

// Look: what the writer sees, a function of queries (T, B, width), the writer's states, and of the reader's states.
template <class Cell, class Look>
struct ReaderWriter {
  nn::Embedding embedding;
  nn::Recurrent<Cell> reader, writer;
  Look look;
  nn::Linear decoder;

  explicit ReaderWriter(Rng& rng)
      : embedding(kinds, width, rng),
        reader(width, width, rng),
        writer(width, width, rng),
        look(rng),
        decoder(2 * width, kinds, rng) {}

  std::pair<Tensor, Tensor> queries_and_states(const IndexArray& symbols) const {
    const std::size_t T = symbols.shape()[0], B = symbols.shape()[1];
    const auto [states, last] = reader(embedding(symbols) + places(T));
    return {writer(expand(places(T), {T, B, width}), last).outputs, states};
  }
  Tensor operator()(const IndexArray& symbols) const {
    const auto [queries, states] = queries_and_states(symbols);
    return decoder(concat({queries, look(queries, states)}, -1));
  }
  void visit(auto&& f) {
    f("embedding", embedding), f("reader", reader), f("writer", writer), f("look", look), f("decoder", decoder);
  }
};

// Trains by 250 updates; then the part of new symbols that is right.
template <class Model>
double accuracy_after_training(Model& model, std::size_t T, bool reversed, Rng& rng) {
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 5e-3});
  for (int i = 0; i < 250; ++i) {
    const Batch batch = draw(T, reversed, rng);
    Tape tape;
    tape.backward(cross_entropy(model(batch.symbols), batch.targets));
    nn::clip_grad_norm(nn::parameters(model), 1);
    optimizer->step();
    nn::zero_grad(model);
  }
  nn::ConfusionMatrix counts(kinds);
  for (int i = 0; i < 10; ++i) {
    const Batch batch = draw(T, reversed, rng);
    counts.add(nn::predicted_classes(model(batch.symbols)), batch.targets);
  }
  return counts.accuracy();
}

}  // namespace rw::inline REWIND_ABI::lessons
