#include "nn/data_parallel.hpp"

#include <optional>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/packed.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI::nn {

Tensor ParallelStep::copy(const Tensor& parameter, std::size_t part) {
  const auto same = [&](const Tensor& p) { return p.is(parameter); };
  const auto at =
      static_cast<std::size_t>(std::find_if(parameters_.begin(), parameters_.end(), same) - parameters_.begin());
  if (at == parameters_.size()) parameters_.push_back(parameter), copies_.emplace_back(n_);
  Tensor& copy = copies_[at][part];
  if (!copy.defined()) {
    copy = Tensor(share(parameter.value(), parameter.shape()));
    copy.node()->requires_grad = parameter.requires_grad();
    if (parameter.dim() == 2) share_packings(parameter, copy);
  }
  return copy;
}

Tensor ParallelStep::run(const std::function<Tensor(std::size_t)>& loss) const {
  const bool recorded = recording("data_parallel", parameters_);
  const bool watched = AnomalyMode::active();
  pool::Vector<Scalar> losses(n_);
  run_parallel(n_, [&](std::size_t i) {
    std::optional<AnomalyMode> anomaly;
    if (watched) anomaly.emplace();
    std::optional<Tape> tape;
    std::optional<Pause> pause;
    recorded ? void(tape.emplace()) : void(pause.emplace());
    const Tensor part = loss(i);
    losses[i] = part.item();
    if (recorded && part.requires_grad()) tape->backward(part);
  });
  Scalar total = 0;
  for (Scalar part : losses) total += part;
  const Tensor sum(total);
  if (recorded)
    record("data_parallel", parameters_, {&sum, 1}, [gradients = add_gradients()](Rewinding& step) {
      if (step.recording()) fail("data_parallel", "cannot be differentiated twice: use one thread");
      const Scalar dy = step.cotangent().item();
      for (std::size_t k = 0; k < gradients.size(); ++k) {
        if (!gradients[k].defined()) continue;
        const Tensor own(share(gradients[k].value(), gradients[k].shape()));  // the entry may be rewound again
        step.add(k, dy == 1 ? own : own * dy);
      }
    });
  return sum;
}

// Those of the first part, with the other parts' added to them; every thread adds its share of the elements.
Tensors ParallelStep::add_gradients() const {
  Tensors sums(parameters_.size());
  pool::Vector<pool::Vector<const Scalar*>> terms(parameters_.size());
  pool::Vector<Scalar*> into(parameters_.size());
  for (std::size_t k = 0; k < parameters_.size(); ++k)
    for (const Tensor& copy : copies_[k]) {
      if (!copy.grad().defined()) continue;
      if (!sums[k].defined())
        sums[k] = copy.grad(), into[k] = sums[k].mutate().data();
      else
        terms[k].push_back(copy.grad().value().data());
    }
  run_parallel(n_, [&](std::size_t i) {
    for (std::size_t k = 0; k < sums.size(); ++k)
      for (const Scalar* term : terms[k]) {
        const std::size_t size = parameters_[k].size(), end = part_begin(size, n_, i + 1);
        for (std::size_t j = part_begin(size, n_, i); j < end; ++j) into[k][j] += term[j];
      }
  });
  return sums;
}

}  // namespace rw::inline REWIND_ABI::nn
