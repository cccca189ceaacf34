// Truncated back-propagation through time: BPTT(k2; k1) of Williams & Peng (1990). After every k1 steps the loss of
// those steps is differentiated through the last k2 steps and no further.
//
//   k1 = 2, k2 = 4      t   0  1  2  3  4  5  6  7
//   window 0                L  L                       L: a step with a loss
//   window 1                .  .  L  L                 .: run again, so that the gradient can pass
//   window 2                    | .  .  L  L           |: here the gradient is cut, the state is detached
//   window 3                          | .  .  L  L
//
// k2 = k1 is the usual form, chunks with the state carried. tape.print() shows each cut and each piece of a window that
// is run for itself: "cut at t=2/from t=4/lstm/t=0". Sequence dropout draws its masks for each piece. The layer must
// look one way, forward; the first state is detached too, so train a learned one on whole sequences.
#pragma once

#include <algorithm>
#include <utility>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/cells/cell.hpp"

namespace rw::inline REWIND_ABI::nn {

struct Truncation {
  std::size_t k1, k2;  // steps; 1 <= k1 <= k2, else Error
};

void check_truncation(const Truncation& k);

// Runs over T steps and returns the state after them, detached.
//   scan(begin, end, state) -> Scanned<State>   of the steps begin ... end - 1
//   loss(outputs, begin) -> Tensor              of the outputs (k, B, H) of the steps begin ... begin + k - 1, k <= k1
//   rewound()                                   after each window's backward: the optimiser's step, say
template <class State>
State truncated_bptt(std::size_t T, State state, const Truncation& k, auto&& scan, auto&& loss, auto&& rewound) {
  check_truncation(k);
  const std::size_t further = k.k2 - k.k1;  // steps looked back beyond those with a loss
  State start = detach(state);
  for (std::size_t fresh = 0, begin = 0; fresh < T; fresh += k.k1) {
    const std::size_t end = std::min(fresh + k.k1, T), next = end > further ? end - further : 0;
    Tape tape;
    const Scope scope("cut at t", static_cast<std::ptrdiff_t>(begin));
    state = start;
    Tensors outputs;
    for (const std::size_t stop : {std::min(fresh, next), std::max(fresh, next), end}) {
      if (stop > begin) {
        const Scope piece("from t", static_cast<std::ptrdiff_t>(begin));
        auto scanned = scan(begin, stop, state);
        if (begin >= fresh) outputs.push_back(scanned.outputs);
        state = std::move(scanned.state), begin = stop;
      }
      if (begin == next) start = detach(state);
    }
    tape.backward(loss(outputs.size() == 1 ? outputs[0] : concat(outputs), fresh));
    rewound();
    begin = next;
  }
  return detach(state);
}

}  // namespace rw::inline REWIND_ABI::nn
