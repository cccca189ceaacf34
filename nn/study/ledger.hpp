// The ledger of back-propagation through time: the gradient of every weight, split by the step k at which the weight
// was used and by the step t whose loss the part comes from.
//
//   dL/dW = sum_t sum_k  dL_t / dW[used at k]
//
// One sweep of the tape for each loss finds the parts: what an entry in the scope "t=k" hands to a weight is the part
// of step k. So it works for every cell, layer and model that runs on a tape, and no operation knows of it.
#pragma once

#include <functional>
#include <vector>

#include "nn/module.hpp"
#include "nn/truncated_bptt.hpp"

namespace rw::inline REWIND_ABI::nn {

// Runs the network over T steps and returns the loss of each, (); undefined where a step has none. Called on a tape, in
// eval mode, twice: it must do the same both times. Scan layers put what they do into the scope "t=k"; a model that is
// run step by step is put there whole by a Scope("t", k) around each of its steps.
using LedgerRun = std::function<Tensors()>;

struct LedgerOptions {
  std::vector<Truncation> truncations = {};  // whose gradients are wanted beside the whole one
  bool keep_parts = false;                   // each part whole, for small networks: T (T + 1) times the weights' memory
  std::function<void(double)> progress = {};  // told the fraction that is done, after each loss
};

// How a truncated gradient lies to the whole one.
struct Likeness {
  double norm_ratio;  // |truncated| / |whole|; NaN if there is no gradient
  double angle;       // between them, degrees; NaN if one is 0
};

struct TruncatedGradient {
  Truncation k;
  std::vector<Array> gradients;  // of each weight: what truncated_bptt with (k1, k2) would give
  Likeness likeness;
};

struct Ledger {
  struct Account {
    std::string name;
    Array gradient;   // the whole one, of an ordinary sweep
    Array norms;      // (T, T + 1): |part of loss t, used at k|; in the last column what belongs to no step
    Array parts;      // (T, T + 1) + the weight's shape, if they are kept
    double residual;  // |sum of the parts - gradient| / |gradient|: rounding, nothing else
  };

  std::vector<double> losses;  // of each step; 0 where there is none
  std::vector<Account> accounts;
  Array norms;   // (T, T + 1): over all weights together
  Array shares;  // (T, T + 1): <part, gradient> / |gradient|^2; they sum to 1
  double residual;
  std::vector<Likeness> by_distance;  // [d - 1]: parts with t - k < d; truncated_bptt with k1 = 1, k2 = d
  std::vector<TruncatedGradient> truncated;

  std::size_t steps() const { return losses.size(); }
};

// Turns two levers (autograd/levers.hpp) off while it works: no other thread may run a network meanwhile.
// Throws if no weight has a gradient, if a step's index is T or more, or for a wrong truncation. Time: T sweeps.
Ledger make_ledger(const NamedParameters& weights, const LedgerRun& run, const LedgerOptions& options = {});

// All of k1, k2 = 1, 2, 4, ... and T with k1 <= k2.
std::vector<Truncation> truncation_grid(std::size_t T);

}  // namespace rw::inline REWIND_ABI::nn
