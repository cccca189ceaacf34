// How far back does a cell remember? One recurrent layer and a linear one, on the adding problem or the copy task.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "datasets/synthetic.hpp"
#include "models/drawn_task.hpp"
#include "nn/any_stacked.hpp"
#include "nn/linear.hpp"

namespace rw::inline REWIND_ABI::models {

struct MemoryConfig {
  std::string problem = "adding";  // or "copy"
  std::size_t T = 50;              // steps to remember over
  std::string cell = "lstm";
  std::size_t hidden = 32, batch = 32;
};

class MemoryModel {
 public:
  // Throws for an unknown problem or cell.
  MemoryModel(const MemoryConfig& config, Rng& rng);

  // The loss of `batch` new sequences: mean squared error, or mean cross-entropy in nats a step.
  Tensor loss(std::size_t batch, Rng& rng) const;
  double validation_loss(std::size_t batch, Rng& rng) const;  // the same of 512 sequences

  // How far back the loss reaches: the norms of d L_b / d s_t, (T, B), for each tensor s of the state after step t
  // (lstm: h, c; others h). L_b is the loss of sequence b of `batch` new ones.
  std::vector<Array> state_gradient_norms(std::size_t batch, Rng& rng) const;

  void visit(auto&& f) { f("rnn", rnn_), f("decoder", decoder_); }

 private:
  struct Problem {
    Tensor inputs;
    std::function<Tensor(const Tensor& outputs)> loss;  // mean over the sequences
  };
  Problem draw(std::size_t batch, Rng& rng) const;

  MemoryConfig config_;
  nn::AnyStacked rnn_;
  nn::Linear decoder_;
};

// The loss of a model that remembers nothing: the variance of a sum of two uniform numbers, 1/6 (0.1767 is often quoted
// for it, after Le, Jaitly & Hinton 2015), or 10 ln 8 / (T + 20) nats.
double memory_baseline(const MemoryConfig& config);

// The largest hidden size whose model has at most `parameters`. Throws if there is none.
std::size_t hidden_for_budget(MemoryConfig config, std::size_t parameters);

using MemoryTask = DrawnTask<MemoryModel>;

}  // namespace rw::inline REWIND_ABI::models
