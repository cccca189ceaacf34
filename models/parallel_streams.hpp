// Streams on threads: the loss of a batch of streams that carry a state, split.
#pragma once

#include "autograd/ops.hpp"
#include "datasets/batch.hpp"
#include "nn/data_parallel.hpp"
#include "nn/recurrent.hpp"

namespace rw::inline REWIND_ABI::models {

// model.loss(batch, state) and the state after it, detached, computed in parts (data_parallel.hpp) that weigh by their
// targets. The state: tensors (B, ...), or none. `rng` seeds the parts' dropout.
template <class Model>
nn::Scanned<Tensors> parallel_streams_loss(const Model& model, const datasets::Batch& batch, const Tensors& state,
                                           Rng& rng) {
  const std::size_t B = batch.inputs.shape()[1], n = nn::parts_of_batch(B);
  struct Part {
    datasets::Batch batch;
    Tensors state;
  };
  pool::Vector<Part> parts(n);
  std::size_t targets = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t begin = nn::part_begin(B, n, i), end = nn::part_begin(B, n, i + 1);
    parts[i].batch = datasets::streams_of(batch, begin, end);
    targets += parts[i].batch.count;
    for (const Tensor& s : state)
      parts[i].state.push_back(slice(s, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end)));
  }
  const Tensor total = nn::parallel_loss(model, rng, n, [&](const Model& copy, std::size_t i) {
    Part& part = parts[i];
    const bool counts = n == 1 || part.batch.count > 0;  // else all streams of this part have ended
    auto [result, last] = counts ? copy.loss(part.batch, part.state) : copy.forward(part.batch.inputs, part.state);
    for (std::size_t k = 0; k < last.size(); ++k) part.state[k] = detach(last[k]);  // here the gradient is cut
    if (n == 1) return result;
    return counts ? result * (static_cast<Scalar>(part.batch.count) / static_cast<Scalar>(targets)) : Tensor(Scalar(0));
  });
  Tensors after(state.size());
  for (std::size_t k = 0; k < state.size(); ++k) {
    Tensors rows;
    for (const Part& part : parts) rows.push_back(part.state[k]);
    after[k] = n == 1 ? rows[0] : concat(rows, 0);
  }
  return {total, after};
}

}  // namespace rw::inline REWIND_ABI::models
