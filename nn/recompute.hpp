// A long sequence in segments, each under checkpoint() (autograd/checkpoint.hpp): the tape keeps the states between
// them, and while it is rewound the steps of one. With segments of sqrt(T) steps its memory grows with sqrt(T).
//
//   const auto [losses, last] = nn::in_segments(T, nn::square_root(T), layer.zero_state(B),
//       [&](std::size_t begin, std::size_t end, const auto& state) {
//         auto [y, next] = layer(embed(words, begin, end), state);
//         return nn::Segment{loss(y, begin), next};
//       }, nn::generators(layer));
//   tape.backward(sum(stack(losses)));
//
// What is large should be made inside of a segment, from what is small, and end there: words in, a loss out. Gradients
// are those of the same segments on the tape, to the bit. The layer must look one way, forward.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/check.hpp"
#include "autograd/checkpoint.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::nn {

// What a segment comes to, and the state after it.
template <class State>
struct Segment {
  Tensor result;
  State state;
};
template <class State>
Segment(Tensor, State) -> Segment<State>;

template <class State>
struct Segments {
  Tensors results;  // of each segment
  State state;      // after the last
};

// Rounded up. In segments of so many steps there are about as many states on the tape as steps between them.
inline std::size_t square_root(std::size_t T) {
  return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(T))));
}

// A layer's state names its tensors; AnyStacked's is a list of them.
template <class State>
void for_each_tensor(State& state, auto&& f) {
  if constexpr (std::is_same_v<State, Tensors>)
    for (Tensor& x : state) f(x);
  else
    state.visit([&](const auto&, Tensor& x) { f(x); });
}

// Runs over T steps in segments of `length` steps, the last of what is left. step(begin, end, state) -> Segment, of the
// steps begin ... end - 1; it runs twice, the second time while the tape is rewound, so what it refers to must live
// until then. `generators` are those it draws from; sequence dropout draws its masks for each segment. Throws if
// `length` is 0, and as checkpoint() does.
template <class State, class Step>
Segments<State> in_segments(std::size_t T, std::size_t length, State state, const Step& step,
                            const std::vector<Rng*>& generators = {}) {
  if (length == 0) fail("in_segments", "segments of 0 steps: expected at least 1");
  Tensors results;
  for (std::size_t begin = 0; begin < T; begin += length) {
    const std::size_t end = std::min(begin + length, T);
    const Scope scope("from t", static_cast<std::ptrdiff_t>(begin));
    const auto run = [step, begin, end, state](const Tensors&) {
      Segment<State> segment = step(begin, end, std::as_const(state));
      Tensors all{segment.result};
      for_each_tensor(segment.state, [&](Tensor& x) { all.push_back(x); });
      return all;
    };
    const Tensors all = checkpoint(run, {}, generators);  // what it reads it finds by itself
    results.push_back(all[0]);
    std::size_t i = 1;
    for_each_tensor(state, [&](Tensor& x) { x = all[i++]; });
  }
  return {std::move(results), std::move(state)};
}

// All generators that a module's members draw from, each once.
template <class Module>
std::vector<Rng*> generators(Module& module) {
  std::vector<Rng*> all;
  const auto add = [&](Rng* rng) {
    if (rng != nullptr && std::find(all.begin(), all.end(), rng) == all.end()) all.push_back(rng);
  };
  if constexpr (requires { module.rng; }) add(module.rng);
  module.visit([&](const std::string&, auto& member) {
    if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(member)>, Tensor>)
      for (Rng* rng : generators(member)) add(rng);
  });
  return all;
}

}  // namespace rw::inline REWIND_ABI::nn
