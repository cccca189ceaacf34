// Batches of sequences of different lengths: which go together (EpochBatches, LengthBatches), and the arrays they
// become (pad).
//
//   picks {7, 2, 5}    ->    indices (T, B)   w p w      the longest picked sequence fills its column; under the
//                                             w p w      others stands `padding`
//                                             w p p
//                            lengths (B)      3 1 2      an empty sequence is one step, `unknown`
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "autograd/rng.hpp"

namespace rw::inline REWIND_ABI::datasets {

using Picks = std::vector<std::size_t>;  // the examples of a batch
using Sequences = std::vector<std::vector<Index>>;

// Batches for training, epoch after epoch: what a kind of batches adds is how it draws those of one.
class EpochBatches {
 public:
  virtual ~EpochBatches() = default;

  Picks next();  // after the last of an epoch the first of the next

  bool at_start() const { return cursor_.step == 0; }
  std::size_t steps_per_epoch() const { return steps_; }

  // Where next() goes on: all that an exact resume needs, as an epoch's order, and the next epoch's seed, depend on its
  // seed alone.
  struct Cursor {
    std::uint64_t epoch = 0, step = 0, seed = 0;
    bool operator==(const Cursor&) const = default;
  };
  const Cursor& cursor() const { return cursor_; }
  void set_cursor(const Cursor& cursor);  // throws Error if an epoch has no such step

 protected:
  // One number is drawn from `rng`. An epoch has `steps` batches, which draw() makes.
  EpochBatches(std::size_t steps, Rng& rng);
  EpochBatches(const EpochBatches&) = default;
  EpochBatches& operator=(const EpochBatches&) = default;

 private:
  virtual std::vector<Picks> draw(Rng& rng) const = 0;

  std::size_t steps_;
  Cursor cursor_;
  std::optional<std::uint64_t> drawn_;  // the seed of `batches_`
  std::uint64_t next_seed_ = 0;
  std::vector<Picks> batches_;
};

// Of sequences known by their lengths. Every epoch has each of them once, in an order of its own: shuffled, cut into
// pools of `pool` batches, each pool sorted by length and cut into batches, the batches shuffled. So a batch needs
// little padding, and yet meets others each time.
class LengthBatches : public EpochBatches {
 public:
  // `batch`: B, sequences; the last of a pool may have fewer.
  // Throws Error if there is no sequence, or a size is 0.
  LengthBatches(std::vector<std::size_t> lengths, std::size_t batch, Rng& rng, std::size_t pool = 100);

 private:
  std::vector<Picks> draw(Rng& rng) const override;

  std::vector<std::size_t> lengths_;
  std::size_t batch_, pool_;
};

// Batches for evaluation: all sequences once, sorted by length, equal ones in their order. Throws Error for a batch
// of 0.
std::vector<Picks> batches_by_length(const std::vector<std::size_t>& lengths, std::size_t batch);

std::vector<std::size_t> lengths_of(const Sequences& sequences);

// A sequence longer than head + tail keeps its first `head` and its last `tail` steps: what a long review thinks stands
// at its ends (Sun et al. 2019, 5.3.1).
void cut(std::vector<Index>& sequence, std::size_t head, std::size_t tail);

struct Padded {
  IndexArray indices;  // (T, B), T >= 1
  IndexArray lengths;  // (B), each 1 ... T: what nn::mask_of_lengths takes
};

// The picked sequences as the columns of an array; pad(tags, picks, ignored, ignored) makes targets.
// Throws Error if nothing is picked, or a sequence that is not there.
Padded pad(const Sequences& sequences, const Picks& picks, Index padding, Index unknown);

// The characters of a batch's words: `words` (T, B) says which of `characters` are those of each word; -1 is no word.
// (Tc, N) with N = T B words, in the order of words.data(). What is no word, or has no characters, is one step of
// `padding`. Throws Error if there are no words, or one that is not there.
Padded pad_characters(const Sequences& characters, const IndexArray& words, Index padding);

}  // namespace rw::inline REWIND_ABI::datasets
