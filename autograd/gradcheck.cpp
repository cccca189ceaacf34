#include "autograd/gradcheck.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/rng.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// Copies of their own, leaves where a gradient is wanted.
Tensors copies(const Tensors& inputs) {
  Tensors all;
  for (const Tensor& x : inputs) all.push_back(x.requires_grad() ? parameter(x.value()) : Tensor(x.value()));
  return all;
}

Tensors random_cotangents(const Tensors& outputs, std::uint64_t seed) {
  Rng rng(seed);
  Tensors all;
  for (const Tensor& y : outputs) all.push_back(Tensor(rng.normal(y.shape())));
  return all;
}

// sum(outputs * cotangents), in double
double weighted(const Tensors& outputs, const Tensors& cotangents) {
  double total = 0;
  for (std::size_t k = 0; k < outputs.size(); ++k)
    for (std::size_t i = 0; i < outputs[k].size(); ++i)
      total += static_cast<double>(outputs[k].value().data()[i]) * static_cast<double>(cotangents[k].value().data()[i]);
  return total;
}

// d sum(outputs * cotangents) / d leaf for the leaves among x; zeros where no output depends on one. A tape
// must be in scope.
Tensors analytic_gradients(const Function& f, const Tensors& x, const Tensors& leaves, const Tensors* cotangents,
                           std::uint64_t seed, BackwardOptions options) {
  Tensors y = f(x);
  for (Tensor& t : y)
    if (t.requires_grad() && t.node()->op == nullptr) t = t + Scalar(0);  // f handed an input through
  const Tensors dy = cotangents == nullptr ? random_cotangents(y, seed) : *cotangents;
  Tensors outputs, seeds;
  for (std::size_t k = 0; k < y.size(); ++k)
    if (y[k].requires_grad()) outputs.push_back(y[k]), seeds.push_back(dy[k]);
  return grad(outputs, leaves, seeds, options);
}

Tensors leaves_of(const Tensors& x) {
  Tensors leaves;
  for (const Tensor& t : x)
    if (t.requires_grad()) leaves.push_back(t);
  return leaves;
}

GradcheckResult compare(const std::string& name, const Function& f, const Tensors& inputs,
                        const GradcheckOptions& options, std::size_t cotangents_from) {
  Tensors x = copies(inputs), analytic;
  {
    Tape tape;
    analytic = analytic_gradients(f, x, leaves_of(x), nullptr, options.seed, {});
  }
  const Pause pause;
  const Tensors dy = random_cotangents(f(x), options.seed);
  for (std::size_t i = 0, leaf = 0; i < x.size(); ++i) {
    if (!x[i].requires_grad()) continue;
    const Tensor& gradient = analytic[leaf++];
    const std::string role =
        i < cotangents_from ? fmt::format("input {}", i) : fmt::format("cotangent {}", i - cotangents_from);
    if (gradient.shape() != x[i].shape())
      return {false, fmt::format("[{}] gradient of {}: expected shape {}, got {}", name, role, to_string(x[i].shape()),
                                 to_string(gradient.shape()))};
    for (std::size_t j = 0; j < x[i].size(); ++j) {
      const Scalar before = x[i].value().data()[j];
      const auto moved = [&](double by) {
        x[i].mutate().data()[j] = static_cast<Scalar>(static_cast<double>(before) + by);
        return weighted(f(x), dy);
      };
      const double numeric = (moved(options.eps) - moved(-options.eps)) / (2 * options.eps);
      x[i].mutate().data()[j] = before;
      const auto rule = static_cast<double>(gradient.value().data()[j]);
      if (!(std::abs(rule - numeric) <= options.atol + options.rtol * std::abs(numeric)))
        return {false, fmt::format("[{}] gradient of {}, element {} of {}: analytic {:.9g}, numeric {:.9g}", name, role,
                                   j, to_string(x[i].shape()), rule, numeric)};
    }
  }
  return {};
}

GradcheckResult compare_safely(const std::string& name, const Function& f, const Tensors& inputs,
                               const GradcheckOptions& options, std::size_t cotangents_from) {
  try {
    return compare(name, f, inputs, options, cotangents_from);
  } catch (const Error& e) {
    return {false, fmt::format("[{}] {}", name, e.what())};
  }
}

}  // namespace

GradcheckResult gradcheck(const std::string& name, const Function& f, const Tensors& inputs,
                          const GradcheckOptions& options) {
  return compare_safely(name, f, inputs, options, inputs.size());
}

GradcheckResult gradgradcheck(const std::string& name, const Function& f, const Tensors& inputs,
                              const GradcheckOptions& options) {
  Tensors all = inputs;
  try {
    const Pause pause;
    for (const Tensor& dy : random_cotangents(f(inputs), options.seed + 1)) all.push_back(parameter(dy.value()));
  } catch (const Error& e) {
    return {false, fmt::format("[{}] {}", name, e.what())};
  }
  // (inputs, cotangents) -> gradients of the inputs
  const Function gradients = [&](const Tensors& x_and_dy) {
    std::optional<Tape> own;  // the numeric side runs without a tape
    if (Tape::current() == nullptr) own.emplace();
    const auto middle = x_and_dy.begin() + static_cast<std::ptrdiff_t>(inputs.size());
    const Tensors x(x_and_dy.begin(), middle), dy(middle, x_and_dy.end());
    return analytic_gradients(f, x, leaves_of(x), &dy, 0, {.retain_graph = true, .create_graph = true});
  };
  return compare_safely(name + " twice", gradients, all, options, inputs.size());
}

}  // namespace rw::inline REWIND_ABI
