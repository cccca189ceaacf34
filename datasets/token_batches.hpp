// TokenBatches: batches of sentence pairs that take up about the same room, however long the sentences are.
#pragma once

#include "datasets/batching.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Batches for training, of pairs known by their lengths. A batch of B pairs has at most `tokens` places, padding
// included: B (S + T), S its longest source and T its longest target and a step for begin or end. A pair that is longer
// makes a batch of its own. Every epoch has each pair once: sorted by target and then source length, ties in an order
// of its own, cut into batches, the batches shuffled. The lengths are the same each time, and so is the number of
// steps.
class TokenBatches : public EpochBatches {
 public:
  // One number is drawn from `rng`. Throws Error if there is no pair, if there are not as many sources as targets, or
  // for tokens = 0.
  TokenBatches(const std::vector<std::size_t>& source_lengths, const std::vector<std::size_t>& target_lengths,
               std::size_t tokens, Rng& rng);

 private:
  struct Plan {
    std::vector<std::size_t> ranks;  // of each pair: where its two lengths stand in the order; ties share one
    std::vector<std::size_t> sizes;  // of the batches, before they are shuffled
  };
  static Plan plan_of(const std::vector<std::size_t>& source_lengths, const std::vector<std::size_t>& target_lengths,
                      std::size_t tokens);

  TokenBatches(Plan plan, Rng& rng);
  std::vector<Picks> draw(Rng& rng) const override;

  Plan plan_;
};

}  // namespace rw::inline REWIND_ABI::datasets
