// What can be seen of back-propagation through time in one run of a character model over a short text: JSON for the
// page of bptt_ledger.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "models/char_rnn.hpp"

namespace rw::inline REWIND_ABI::examples {

// `text` (T + 1): the model, in eval mode, reads the first T symbols, from the zero state, and is to predict each next.
class BpttStudy {
 public:
  BpttStudy(models::CharRNN& model, const IndexArray& text);

  // The network, its units, the ledger, Jacobians between all pairs of steps, influence.
  // `progress` is told the fraction that is done.
  nlohmann::json snapshot(const std::function<void(double)>& progress);
  // d h_T / d h_k of the upper layer by distance T - k: norm, leading singular values, a bound that holds for any cell,
  // and, for an RNN of tanh, the closed form |W_hh|^(T - k) (Pascanu, Mikolov & Bengio 2013, eq. 7).
  nlohmann::json jacobians() const;

  double residual() const { return residual_; }  // of the last snapshot's ledger

 private:
  struct Trace {
    Tensors losses;
    std::vector<Tensors> states;  // after each step
  };
  Trace run() const;  // step by step, each in its Scope("t", k)
  Tensors step(std::size_t t, const Tensors& state) const;
  std::vector<Array> steps_of_jacobians() const;
  std::size_t tensors_a_layer() const;
  std::size_t upper_hidden_begin() const;

  void add_ledger(nlohmann::json& snapshot, const std::function<void(double)>& progress);
  void add_network(nlohmann::json& snapshot) const;
  nlohmann::json state_units(const Trace& trace, const Tensors& gradients) const;

  models::CharRNN& model_;
  IndexArray text_;
  std::size_t T_;
  double residual_ = 0;
};

}  // namespace rw::inline REWIND_ABI::examples
