// Batches on threads: the loss of one, split; or many without gradients, each whole.
#pragma once

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "datasets/batching.hpp"
#include "nn/data_parallel.hpp"

namespace rw::inline REWIND_ABI::models {

// What model.loss(batch) is a mean over: the targets that count, where the batch says how many; else its sequences.
template <class Batch>
Scalar weight_of(const Batch& batch) {
  if constexpr (requires { batch.count; })
    return static_cast<Scalar>(batch.count);
  else
    return static_cast<Scalar>(batch.size());
}

// model.loss(batch), computed in parts (data_parallel.hpp), each with its weight. Batch: has size(), and
// part_of(batch, begin, end). `rng` seeds the parts' dropout.
template <class Model, class Batch>
Tensor parallel_batch_loss(const Model& model, const Batch& batch, Rng& rng) {
  const std::size_t B = batch.size(), n = nn::parts_of_batch(B);
  return nn::parallel_loss(model, rng, n, [&](const Model& copy, std::size_t i) {
    if (n == 1) return copy.loss(batch);
    const Batch part = part_of(batch, nn::part_begin(B, n, i), nn::part_begin(B, n, i + 1));
    return copy.loss(part) * (weight_of(part) / weight_of(batch));
  });
}

// work(copy, picks) for each batch, without gradients; threads take the batches in turns. The model in eval mode.
template <class Model, class Work>
void for_each_batch(const Model& model, const std::vector<datasets::Picks>& batches, const Work& work) {
  const Pause pause;
  const std::size_t parts = std::clamp<std::size_t>(batches.size(), 1, static_cast<std::size_t>(threads()));
  Rng unused(0);
  nn::parallel_loss(model, unused, parts, [&](const Model& copy, std::size_t part) {
    for (std::size_t i = part; i < batches.size(); i += parts) work(copy, batches[i]);
    return Tensor(Scalar(0));
  });
}

}  // namespace rw::inline REWIND_ABI::models
