// Streams: a sequence as B parallel streams for truncated back-propagation through time.
//
//   sequence  a b c d e f g h i j k l m     cut into B = 3 streams of equal length
//   stream 0  a b c d                       batch k holds steps k T ... k T + T - 1 of every stream, so the hidden
//   stream 1  e f g h                       state after batch k, detached, is where batch k + 1 begins; the last
//   stream 2  i j k l  (target of l: m)     batch of an epoch may be shorter: (T', B), T' <= T
#pragma once

#include <cstdint>

#include "autograd/rng.hpp"
#include "datasets/batch.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct StreamOptions {
  // For evaluation: no symbol is left out and any length >= 2 is accepted. Streams then differ in length by
  // one at most; where the shorter ones have ended (in the last row of the last batch) the target is
  // `ignored`.
  bool whole = false;
  // For training: each epoch begins at a random place in the first T symbols, so that the cuts between
  // batches move. The generator must outlive the streams. An epoch leaves out fewer than B + T symbols,
  // always as many.
  Rng* shift = nullptr;
};

class Streams {
 public:
  // `sequence` (n) is shared, not copied. Unless `whole`, the (n - 1) mod B last symbols are no targets.
  // Throws Error if n < B T + 1 (n < 2 if `whole`), or a size is 0.
  Streams(const IndexArray& sequence, std::size_t batch, std::size_t bptt, const StreamOptions& options = {});

  Batch next();  // (T, B); after the last of an epoch the first of the next. No malloc in the steady state.

  // True if next() begins an epoch: the streams start elsewhere, so the carried state must be zero.
  bool at_start() const { return cursor_.step == 0; }
  std::size_t steps_per_epoch() const { return (length_ - 1) / bptt_ + 1; }
  std::size_t targets_per_epoch() const;

  // Where next() goes on. With the generator's state (its caller saves it) all that an exact resume needs.
  struct Cursor {
    std::uint64_t epoch = 0, step = 0, shift = 0;
    bool operator==(const Cursor&) const = default;
  };
  const Cursor& cursor() const { return cursor_; }
  void set_cursor(const Cursor& cursor);  // throws Error if these streams have no such place

 private:
  IndexArray sequence_;
  std::size_t batch_, bptt_;
  Rng* rng_;
  std::size_t shifts_ = 1;             // places where an epoch may begin
  std::size_t shortest_, longer_ = 0;  // streams' common length; how many of the first have one step more
  std::size_t length_;                 // of the longest stream
  Cursor cursor_;
};

}  // namespace rw::inline REWIND_ABI::datasets
