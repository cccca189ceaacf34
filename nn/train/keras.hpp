// Keras' layouts of recurrent weights, converted at the door, both ways:
//
//   Keras   kernel (D, K H), recurrent_kernel (H, K H), bias (K H), gates: lstm i f c o; gru z r h
//   here    weight_ih (K H, D), weight_hh (K H, H), bias_ih, bias_hh (K H), gates: lstm i f g o; gru r z n
//
// Keras adds one bias, here there are two: bias_hh is 0. The GRU with reset_after = True (Keras' default) has both:
// bias (2, 3H). That with reset_after = False is GRUResetBeforeCell: weight_hh (2H, H), weight_hn (H, H), bias_ih.
#pragma once

#include <string>

#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::nn {

struct KerasWeights {
  Array kernel, recurrent_kernel, bias;
};

// cell: "rnn" (SimpleRNN), "lstm", "gru" (reset_after = True) or "gru_reset_before". `suffix` ends the names made:
// "_l0", "_l1_reverse", ... Throws for another cell and for shapes that do not fit.
NamedArrays from_keras(const std::string& cell, const KerasWeights& weights, const std::string& suffix = "_l0");
// Arrays beyond these are ignored. Throws for a missing array.
KerasWeights to_keras(const std::string& cell, const NamedArrays& arrays, const std::string& suffix = "_l0");

}  // namespace rw::inline REWIND_ABI::nn
