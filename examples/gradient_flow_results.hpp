// The results of gradient_flow's runs, over their seeds: as tables for people, and as one CSV file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "examples/plots.hpp"

namespace rw::inline REWIND_ABI::examples {

// The gradient that reaches a part of the state, by steps before the end: geometric means over sequences and seeds.
struct StateFlow {
  std::string state;               // "h", "c"
  std::vector<Spread> norm, left;  // |d L / d s|; the same divided by |d L / d h| of the last step
  double factor;                   // median of norm[d + 1] / norm[d], from d = 1 on
};

struct Stage {  // at the start, or after training
  std::vector<StateFlow> states;
  double radius, gain;  // of W_hh: spectral radius, largest singular value; means over the seeds. NaN: no RNN
};

struct NetworkFlow {
  std::string cell;
  double value;  // rnn: spectral radius at the start; lstm: forget bias
  std::size_t runs, diverged;
  Stage start, trained;               // trained: without states if all diverged
  Spread loss;                        // validation, after training
  double clipped, largest, median;    // updates: which part was clipped, their gradients' norms before that
  std::vector<double> before, after;  // of one run: the norm before clipping and after it, by update
};

struct FlowResults {
  std::vector<NetworkFlow> networks;  // rnn, lstm, gru, in the order of their values
  std::size_t length, sequences;      // sequences: of the batch whose gradients were measured
  std::size_t updates;
  double clip, baseline;  // the loss of who remembers nothing
};

FlowResults group_flows(const std::vector<nlohmann::json>& results);

std::string name_of(const NetworkFlow& network);  // "rnn, radius 0.5"; "lstm, bias 1"; "gru"

void print(const FlowResults& results);
// gradient_flow.csv: network,state,stage,distance,norm,low,high
void write_csv(const FlowResults& results, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
