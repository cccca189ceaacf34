// Task: what the trainer must know of the thing that it trains. One class a model and data set: it owns the cursor
// in the data, the random numbers and the state carried from one batch to the next.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "autograd/tensor.hpp"
#include "nn/module.hpp"
#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::nn {

class Task {
 public:
  virtual ~Task() = default;

  virtual NamedParameters parameters() = 0;  // the same handles, in the same order, at every call
  virtual void set_training(bool training) = 0;

  // The loss of the next batch, (): draws it, runs forward on the tape in scope, carries the state on, detached.
  virtual Tensor loss() = 0;
  // Takes the last loss() back: cursor, random numbers and carried state are as they were before it, so that the
  // next loss() repeats it. Asked for once, when a NaN's origin is looked for.
  virtual void redo_last() = 0;

  virtual std::size_t steps_per_epoch() const = 0;
  virtual std::size_t items() const = 0;  // in the batch of the last loss()
  virtual std::string item_name() const { return "items"; }

  // What is to become small, over the whole validation part, in eval mode, with a state of its own: the mean loss, or
  // the rate of errors. Neither this nor sample() may change what the next loss() gives.
  virtual double validate() = 0;
  virtual std::string sample() { return ""; }  // something to look at after a validation

  // All that loss() depends on besides the parameters: numbers and texts, and arrays.
  virtual nlohmann::json state() const = 0;
  virtual void set_state(const nlohmann::json& state) = 0;
  virtual NamedArrays carried() const = 0;
  virtual void set_carried(const NamedArrays& carried) = 0;
};

}  // namespace rw::inline REWIND_ABI::nn
