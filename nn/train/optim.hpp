// Optimisers, under PyTorch's names, defaults and formulas. Each update is one pointwise formula.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/module.hpp"
#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::nn {

struct OptimizerOptions {
  double lr = 1e-3;
  double weight_decay = 0;                        // L2, added to the gradient; adamw: decoupled from it
  double momentum = 0;                            // sgd
  double alpha = 0.99;                            // rmsprop's moving average
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;  // adam, adamw; eps: rmsprop and adagrad too
};

class Optimizer {
 public:
  // Throws unless lr, weight_decay, eps >= 0 and the averages' decays are in [0, 1).
  Optimizer(NamedParameters parameters, const OptimizerOptions& options, std::vector<std::string> moment_names);
  virtual ~Optimizer() = default;

  void step();  // updates every parameter that has a grad()

  double lr;

  // Moments ("decoder.weight.exp_avg") and the number of steps ("step").
  NamedArrays state() const;
  void set_state(const NamedArrays& state);  // throws unless names and shapes are those of state()

 protected:
  using Moments = Tensors;
  virtual void update(Tensor& p, const Tensor& g, Moments& moments) = 0;

  OptimizerOptions options_;
  double steps_ = 0;

 private:
  NamedParameters parameters_;
  std::vector<std::string> moment_names_;
  std::vector<Moments> moments_;
};

// sgd (momentum: Sutskever et al. 2013, as PyTorch has it), rmsprop (Hinton 2012), adagrad (Duchi et al. 2011), adam
// (Kingma & Ba 2015), adamw (Loshchilov & Hutter 2019). Throws for another name.
std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const NamedParameters& parameters,
                                          const OptimizerOptions& options);

// Scales all gradients so that their global norm is at most max_norm; returns the norm before. max_norm 0: leaves them.
double clip_grad_norm(const Tensors& parameters, double max_norm);

}  // namespace rw::inline REWIND_ABI::nn
