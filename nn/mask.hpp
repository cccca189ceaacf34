// Mask: which steps of a batch of sequences are real. The rest is padding, on any side or in between, and what stands
// in it, NaN included, changes nothing. The scan (recurrent.hpp) looks at it,
//
//   x on entry: 0 where padded      state: where(real, new, old)      outputs: 0 where padded
//
// and what mixes steps without a scan: conv1d.hpp, pooling.hpp, crf.hpp.
#pragma once

#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// Of each sequence (B): how many of its steps are real, and which is the last of them.
struct RealSteps {
  IndexArray count, last;
};

class Mask {
 public:
  Mask() = default;  // every step is real
  // (T, B): 1 real, 0 padding. Throws for other numbers. A sequence without a real step keeps its state.
  explicit Mask(const Array& real);

  void check(const char* op, const Shape& x) const;  // throws unless it is the mask of x (T, B, ...)

  bool padded() const;                          // is any step of any sequence padding?
  const Tensor& real() const { return real_; }  // (T, B, 1): 1 real, 0 padding; undefined if every step is real
  Mask chunk(std::size_t begin, std::size_t end) const;  // of the steps begin ... end - 1

  // Checks as check() does, and throws for a sequence without a real step.
  RealSteps real_steps(const char* op, const Shape& x) const;

  Tensor fill_padding(const Tensor& x, Scalar value) const;  // x (T, B, D), `value` where padded
  Tensor zero_padding(const Tensor& x) const { return fill_padding(x, 0); }

  // The state after step t: `next` where the step is real, else `previous`. A state is a tensor (B, H) or several.
  Tensor keep(std::size_t t, const Tensor& next, const Tensor& previous) const;
  template <class State>
  State keep(std::size_t t, State next, State previous) const {
    if (!real_.defined() || full_[t]) return next;
    Tensors old;
    previous.visit([&](const auto&, Tensor& x) { old.push_back(x); });
    std::size_t i = 0;
    next.visit([&](const auto&, Tensor& x) { x = keep(t, x, old[i++]); });
    return next;
  }

 private:
  Tensor real_;              // (T, B, 1)
  Tensors steps_;            // real_[t] (B, 1)
  pool::Vector<bool> full_;  // no padding at t
};

// Sequences that begin at step 0 and have `lengths` (B) steps. Throws for a length of 0 or beyond T.
Mask mask_of_lengths(const IndexArray& lengths, std::size_t T);

}  // namespace rw::inline REWIND_ABI::nn
