#include "datasets/streams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

void check_sizes(std::size_t n, std::size_t batch, std::size_t bptt, const StreamOptions& options) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  if (batch == 0 || bptt == 0)
    fail("streams", fmt::format("--batch {} and --bptt {} must both be at least 1", batch, bptt));
  if (options.whole && options.shift != nullptr)
    fail("streams", "options: whole and shift exclude each other; set one");
  if (n < 2) fail("streams", fmt::format("sequence: {} symbols, so there is nothing to predict", n));
  const std::size_t wanted = bptt > (most - 1) / batch ? most : batch * bptt + 1;
  if (!options.whole && n < wanted)
    fail("streams", fmt::format("sequence: {} symbols to train on, but --batch {} and --bptt {} want {} "
                                "(batch * bptt + 1); lower --batch or --bptt, or give more text",
                                n, batch, bptt, wanted));
}

}  // namespace

Streams::Streams(const IndexArray& sequence, std::size_t batch, std::size_t bptt, const StreamOptions& options)
    : batch_(batch), bptt_(bptt), rng_(options.shift) {
  check_rank("streams", "sequence", 1, sequence.shape());
  const std::size_t n = sequence.size();
  check_sizes(n, batch, bptt, options);
  sequence_ = share(sequence, Shape{n});
  if (rng_ != nullptr) shifts_ = std::min(bptt, n - batch * bptt);  // leaves every stream a full batch
  const std::size_t targets = n - shifts_;
  shortest_ = targets / batch;
  if (options.whole) longer_ = targets % batch;
  length_ = shortest_ + (longer_ > 0 ? 1 : 0);
}

std::size_t Streams::targets_per_epoch() const { return shortest_ * batch_ + longer_; }

Batch Streams::next() {
  if (at_start() && rng_ != nullptr) cursor_.shift = rng_->below(shifts_);
  const std::size_t first = cursor_.step * bptt_, steps = std::min(bptt_, length_ - first);
  Batch batch{IndexArray(Shape{steps, batch_}), IndexArray(Shape{steps, batch_}), steps * batch_};
  Index *inputs = batch.inputs.data(), *targets = batch.targets.data();
  for (std::size_t t = first; t < first + steps; ++t)
    for (std::size_t b = 0; b < batch_; ++b) {
      const Index* symbol = sequence_.data() + cursor_.shift + b * shortest_ + std::min(b, longer_) + t;
      const bool ended = t == shortest_ && b >= longer_;
      *inputs++ = symbol[0], *targets++ = ended ? ignored : symbol[1];
    }
  if (first + steps > shortest_) batch.count -= batch_ - longer_;
  if (++cursor_.step == steps_per_epoch()) cursor_ = {cursor_.epoch + 1, 0, 0};
  return batch;
}

void Streams::set_cursor(const Cursor& cursor) {
  if (cursor.step >= steps_per_epoch() || cursor.shift >= shifts_)
    fail("streams", fmt::format("cursor: step {} with shift {}, but an epoch has {} steps and {} shifts; "
                                "resume with the same text, --batch and --bptt",
                                cursor.step, cursor.shift, steps_per_epoch(), shifts_));
  cursor_ = cursor;
}

}  // namespace rw::inline REWIND_ABI::datasets
