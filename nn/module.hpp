// What a module is: a struct that names its members once,
//
//   struct Linear {
//     Tensor weight, bias;
//     void visit(auto&& f) { f("weight", weight); f("bias", bias); }
//   };
//
// A member is a parameter (Tensor) or a module. Parameters, their names ("decoder.weight"), counts, zero_grad
// and train / eval all follow from visit(); there is no base class.
#pragma once

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

using NamedParameters = std::vector<std::pair<std::string, Tensor>>;

// Calls f(name, tensor) for every parameter, depth first, names joined with dots.
template <class Module, class F>
void for_each_parameter(Module& module, F&& f, const std::string& prefix = "") {
  module.visit([&](const std::string& name, auto& member) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(member)>, Tensor>)
      f(prefix + name, member);
    else
      for_each_parameter(member, f, prefix + name + ".");
  });
}

// One that is used in several places (tied weights) is listed once, under its first name.
template <class Module>
NamedParameters named_parameters(Module& module) {
  NamedParameters all;
  for_each_parameter(module, [&](const std::string& name, Tensor& p) {
    const auto same = [&](const auto& known) { return known.second.is(p); };
    if (p.defined() && std::none_of(all.begin(), all.end(), same)) all.emplace_back(name, p);
  });
  return all;
}

template <class Module>
Tensors parameters(Module& module) {
  Tensors all;
  for (auto& [name, p] : named_parameters(module)) all.push_back(p);
  return all;
}

template <class Module>
std::size_t count_parameters(Module& module) {
  std::size_t n = 0;
  for (const Tensor& p : parameters(module)) n += p.size();
  return n;
}

template <class Module>
void zero_grad(Module& module) {
  for (Tensor& p : parameters(module)) p.zero_grad();
}

// Switches every member that behaves differently in training (it has a bool `training`).
template <class Module>
void set_training(Module& module, bool training) {
  if constexpr (requires { module.training; }) module.training = training;
  module.visit([&](const std::string&, auto& member) {
    if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(member)>, Tensor>) set_training(member, training);
  });
}
// Gives every member that draws random numbers (it has an `Rng* rng`) another generator.
template <class Module>
void set_rng(Module& module, Rng& rng) {
  if constexpr (requires { module.rng; }) module.rng = &rng;
  module.visit([&](const std::string&, auto& member) {
    if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(member)>, Tensor>) set_rng(member, rng);
  });
}
template <class Module>
void train(Module& module) {
  set_training(module, true);
}
template <class Module>
void eval(Module& module) {
  set_training(module, false);
}

}  // namespace rw::inline REWIND_ABI::nn
