// The libraries that the benchmarks stand beside; absent unless REWIND_BENCH_PEERS is on.
#pragma once

#include "race.hpp"

namespace rw::bench {

// L recurrent layers of H units on inputs of width H, T steps of B sequences, without dropout.
struct Layers {
  std::string cell;  // rnn (tanh), lstm, gru (reset_after)
  std::size_t H, L, B, T;

  // Products of a training step: forward, and for each factor backward; gates G (2 H) H for each step and sequence.
  double flops() const {
    const double gates = cell == "lstm" ? 4 : cell == "gru" ? 3 : 1, h = static_cast<double>(H);
    return 3 * 2 * static_cast<double>(L * T * B) * gates * h * 2 * h;
  }
};

// One training step: forward, and backward from a given cotangent of all outputs to the input and every weight.
Contestant torch_step(const Layers& layers, int threads);
Contestant onednn_step(const Layers& layers, int threads);

// A whole step of the character model: embedding (V, E), LSTM layers, logits, cross-entropy, clipping, Adam.
struct CharModel {
  Layers layers;
  std::size_t V, E;
};
Contestant torch_step(const CharModel& model, int threads);

// A chain of 1,000 additions y = y + b of (rows, columns): computed, computed and recorded, or rewound as well.
enum class Work { forward, recorded, backward };
constexpr int chain = 1000;
Contestant torch_additions(std::size_t rows, std::size_t columns, Work work);

// One token at a time through the layers: B = T = 1, no gradients.
Contestant torch_inference(const Layers& layers);
Contestant onednn_inference(const Layers& layers);

}  // namespace rw::bench
