// What a dataset hands to a model. Time-major everywhere: row t is one time step of all B streams,
//
//               stream 0   stream 1   ...  stream B-1
//      t = 0       F          h                u           inputs (T, B): indices of symbols
//      t = 1       i          e                n           targets (T, B): the symbol that follows,
//      t = 2       r          r                d           targets[t][b] = inputs[t + 1][b]
//       ...        |          |                |
//      t = T-1     v          v                v           time runs down; the next batch goes on below
#pragma once

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::datasets {

// A target that counts for nothing: cross_entropy's default ignore_index.
constexpr Index ignored = -100;

// Streams have no padding, hence no mask.
struct Batch {
  IndexArray inputs, targets;  // (T, B)
  std::size_t count = 0;       // targets that are not `ignored`
};

// Streams begin ... end - 1 of a batch, 0 <= begin < end <= B.
Batch streams_of(const Batch& batch, std::size_t begin, std::size_t end);

// Columns begin ... end - 1 of each group of B along the last axis: x (..., B).
IndexArray columns_of(const IndexArray& x, std::size_t B, std::size_t begin, std::size_t end);

// How many targets are not `ignored`.
std::size_t counted(const IndexArray& targets);

}  // namespace rw::inline REWIND_ABI::datasets
