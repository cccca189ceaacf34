// A Transformer's encoder beside libtorch's: the same weights, inputs and cotangent for both.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "race.hpp"

namespace rw::bench {

// N layers of width E on B sequences of T steps, post-norm, with relu; F units between.
struct Encoder {
  std::size_t F = 1024;
  double dropout = 0;
  bool causal = false;
  std::size_t E = 256, heads = 4, N = 3, B = 32, T = 64;

  // Products of a training step: forward, and for each factor backward. Projections 4 E E and 2 E F, attention 2 T E
  // for each step and sequence; what a causal mask hides is counted.
  double flops() const {
    const auto e = static_cast<double>(E), f = static_cast<double>(F), t = static_cast<double>(T);
    return 3 * 2 * static_cast<double>(N * B * T) * (4 * e * e + 2 * e * f + 2 * t * e);
  }
};

struct EncoderData {
  std::map<std::string, std::vector<float>> weights;  // by PyTorch's names
  std::vector<float> x, dy;                           // (T, B, E)
};
// What a step computed: sum(y dy), and the root of the sum of squares of all gradients, that of x among them.
struct EncoderResult {
  double loss, gradient_norm;
};

// One training step: forward, and backward from dy to x and every weight. libtorch's own threads and those of BLAS.
Contestant torch_step(const Encoder& encoder, const EncoderData& data, int own_threads, int blas_threads);
EncoderResult torch_result(const Encoder& encoder, const EncoderData& data);

}  // namespace rw::bench
