// The batch split over threads: each takes its part of the sequences, a copy of the module, and a tape of its own.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>

#include "autograd/rng.hpp"
#include "autograd/workers.hpp"
#include "nn/module.hpp"

namespace rw::inline REWIND_ABI::nn {

// How many parts a batch of this size is worth: threads(), fewer if they had less than 4 sequences each.
inline std::size_t parts_of_batch(std::size_t size) {
  return std::clamp<std::size_t>(size / 4, 1, static_cast<std::size_t>(threads()));
}
// Where part i of n begins in a batch; it ends where part i + 1 begins. The first ones may be larger by one.
inline std::size_t part_begin(std::size_t size, std::size_t n, std::size_t i) {
  return i * (size / n) + std::min(i, size % n);
}

// One step on n copies of a module. They share its values; everything else they have is their thread's own.
class ParallelStep {
 public:
  explicit ParallelStep(std::size_t n) : n_(n) {}

  Tensor copy(const Tensor& parameter, std::size_t part);  // equal parameters have equal copies
  Tensor run(const std::function<Tensor(std::size_t)>& loss) const;

 private:
  Tensors add_gradients() const;

  std::size_t n_;
  Tensors parameters_;
  pool::Vector<Tensors> copies_;  // of each parameter
};

// sum of loss(module, i) over the parts i < n, as one tensor (). Each call sees a copy of the module whose dropout
// draws from a generator seeded by `rng`; it runs on a thread and a tape of its own, which is rewound before it
// returns. It must not touch tensors that another part touches: visit() has to name every tensor of the module, and a
// parameter from outside gets its gradient at once. The tape in scope gets a single entry. Gradients are added in the
// order of the parts: equal n, equal bits. With n = 1 it is just loss(module, 0). Throws what a part throws.
// Differentiating twice throws, unless n is 1.
template <class Module, class Loss>
Tensor parallel_loss(const Module& module, Rng& rng, std::size_t n, const Loss& loss) {
  if (n == 1) return loss(module, 0);
  struct Copy {
    Module module;
    Rng rng;
  };
  ParallelStep step(n);
  pool::Vector<Copy> copies;
  copies.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    Copy& copy = copies.emplace_back(Copy{module, Rng(rng.bits())});
    set_rng(copy.module, copy.rng);
    for_each_parameter(copy.module, [&](const std::string&, Tensor& p) {
      if (p.defined()) p = step.copy(p, i);
    });
  }
  return step.run([&](std::size_t i) { return loss(std::as_const(copies[i].module), i); });
}

}  // namespace rw::inline REWIND_ABI::nn
