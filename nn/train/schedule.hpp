// Learning-rate schedules: the factor of the learning rate as a function of progress, the part of the run
// that is done, in [0, 1]. So a schedule fits runs limited by steps and by time alike.
//
//   warm-up   progress / warmup, while progress < warmup; the rest of the run is the schedule's [0, 1]
//   constant  1
//   step      factor^floor(progress * (drops + 1))
//   cosine    floor + (1 - floor) (1 + cos(pi progress)) / 2      (Loshchilov & Hutter 2017, one period)
//   plateau   times `factor` after `patience` validations without a new best loss
#pragma once

#include <cstddef>
#include <string>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::nn {

struct ScheduleOptions {
  std::string name = "constant";
  double warmup = 0;         // part of the run, [0, 1)
  double floor = 0;          // the least factor of cosine and plateau, [0, 1]
  double factor = 0.5;       // of each drop of step and plateau, (0, 1)
  std::size_t drops = 3;     // of step, evenly spread
  std::size_t patience = 2;  // of plateau, in validations
};

class Schedule {
 public:
  // What plateau remembers.
  struct State {
    double rate = 1;
    double best = 0;
    std::size_t seen = 0, bad = 0;  // validations: all of them; since the best
  };

  Schedule() = default;
  explicit Schedule(const ScheduleOptions& options);  // throws for an unknown name or a number out of range

  double rate(double progress) const;
  void observe(double validation_loss);

  const State& state() const { return state_; }
  void set_state(const State& state) { state_ = state; }

 private:
  ScheduleOptions options_;
  State state_;
};

}  // namespace rw::inline REWIND_ABI::nn
