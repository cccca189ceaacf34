// The loss of a batch of sequences, split over threads.
#pragma once

#include "autograd/ops.hpp"
#include "nn/data_parallel.hpp"

namespace rw::inline REWIND_ABI::models {

// model.loss(batch), a mean over the batch's sequences, computed in parts (data_parallel.hpp). Batch: has size(), and
// part_of(batch, begin, end). `rng` seeds the parts' dropout.
template <class Model, class Batch>
Tensor parallel_batch_loss(const Model& model, const Batch& batch, Rng& rng) {
  const std::size_t B = batch.size(), n = nn::parts_of_batch(B);
  return nn::parallel_loss(model, rng, n, [&](const Model& copy, std::size_t i) {
    if (n == 1) return copy.loss(batch);
    const std::size_t begin = nn::part_begin(B, n, i), end = nn::part_begin(B, n, i + 1);
    return copy.loss(part_of(batch, begin, end)) * (static_cast<Scalar>(end - begin) / static_cast<Scalar>(B));
  });
}

}  // namespace rw::inline REWIND_ABI::models
