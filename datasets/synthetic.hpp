// Synthetic tasks that ask for memory over T steps (the first two: Hochreiter & Schmidhuber 1997, in the forms of
// Arjovsky, Shah & Bengio 2016, 5.1 and 5.2).
#pragma once

#include "autograd/rng.hpp"
#include "datasets/batch.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Two channels: a number of [0, 1), and a mark that is 1 twice, once in each half of the sequence, else 0. The target
// is the sum of the two marked numbers. Who always answers 1 has a mean squared error of 1/6.
struct Adding {
  Array inputs, targets;  // (T, B, 2), (B, 1)
};
Adding adding_problem(std::size_t T, std::size_t B, Rng& rng);  // throws for T < 2

// Ten symbols of eight kinds, T - 1 blanks, a delimiter, ten blanks: (T + 20, B) inputs of 10 kinds. The targets are T
// + 10 blanks and then the ten symbols. Who remembers nothing has a mean cross-entropy of 10 ln 8 / (T + 20).
constexpr std::size_t copy_kinds = 10;
Batch copy_memory(std::size_t T, std::size_t B, Rng& rng);  // throws for T < 1

// All of the sequence must be kept: T symbols of eight kinds, a delimiter, T blanks: (2 T + 1, B) inputs of 10 kinds.
// The targets stand at the blanks: the symbols in their order (Graves, Wayne & Danihelka 2014, 4.1), or the last one
// first; before, they are `ignored`. Who guesses has a mean cross-entropy of ln 8, and is right once in eight.
constexpr std::size_t recall_symbols = 8, recall_kinds = recall_symbols + 2;
Batch copy_sequence(std::size_t T, std::size_t B, Rng& rng);  // both throw for T < 1
Batch reverse_sequence(std::size_t T, std::size_t B, Rng& rng);

}  // namespace rw::inline REWIND_ABI::datasets
