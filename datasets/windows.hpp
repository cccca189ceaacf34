// Windows: a sequence as overlapping pieces, for evaluating a model that sees T steps and carries no state. Each symbol
// is predicted once, in the first window that holds T/2 symbols before it (those of the first window have what there
// is):
//
//   sequence  a b c d e f g h i     T = 4      window 0  a b c d      targets  b c d e
//                                              window 1      c d e f           . . f g     . is `ignored`
//                                              window 2          e f g h       . . h i
//
// The last window is moved back where it would reach beyond the end; all have equal lengths and go side by side.
#pragma once

#include "datasets/batch.hpp"

namespace rw::inline REWIND_ABI::datasets {

class Windows {
 public:
  // `sequence` (n) is shared, not copied. Throws Error if n < 2, or a size is 0.
  Windows(const IndexArray& sequence, std::size_t batch, std::size_t steps);

  Batch next();  // (T, B), the last one fewer windows; after it the first again
  std::size_t steps_per_epoch() const { return (windows_ - 1) / batch_ + 1; }

 private:
  IndexArray sequence_;
  std::size_t batch_, length_, stride_;  // length_: T, or what there is
  std::size_t windows_, next_ = 0;
};

}  // namespace rw::inline REWIND_ABI::datasets
