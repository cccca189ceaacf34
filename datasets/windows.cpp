#include "datasets/windows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

Windows::Windows(const IndexArray& sequence, std::size_t batch, std::size_t steps) : batch_(batch) {
  check_rank("windows", "sequence", 1, sequence.shape());
  if (batch == 0 || steps == 0)
    fail("windows", fmt::format("batch {} and steps {} must both be at least 1", batch, steps));
  const std::size_t n = sequence.size();
  if (n < 2) fail("windows", fmt::format("sequence: {} symbols, so there is nothing to predict", n));
  sequence_ = share(sequence, Shape{n});
  length_ = std::min(steps, n - 1);
  stride_ = std::max<std::size_t>(1, length_ / 2);
  windows_ = 1 + (n - 1 - length_ + stride_ - 1) / stride_;
}

Batch Windows::next() {
  const std::size_t B = std::min(batch_, windows_ - next_), last = sequence_.size() - 1 - length_;
  Batch batch{IndexArray(Shape{length_, B}), IndexArray(Shape{length_, B}), 0};
  for (std::size_t b = 0; b < B; ++b) {
    const std::size_t window = next_ + b, begin = std::min(window * stride_, last);
    const std::size_t read = window == 0 ? 0 : (window - 1) * stride_ + length_;  // predicted by those before
    for (std::size_t t = 0; t < length_; ++t) {
      const std::size_t at = begin + t;
      batch.inputs.data()[t * B + b] = sequence_.data()[at];
      batch.targets.data()[t * B + b] = at < read ? ignored : sequence_.data()[at + 1];
    }
    batch.count += begin + length_ - read;
  }
  next_ = next_ + B == windows_ ? 0 : next_ + B;
  return batch;
}

}  // namespace rw::inline REWIND_ABI::datasets
