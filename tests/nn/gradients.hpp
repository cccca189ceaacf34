// gradcheck and gradgradcheck of a module: with respect to its inputs and to every parameter.
#pragma once

#include "autograd/gradcheck.hpp"
#include "tests/nn/support.hpp"

namespace rw::inline REWIND_ABI {

// f(module, inputs) is one tensor. Parameters are drawn anew, so that none is at a special value such as 0 or 1.
template <class Module, class F>
void check_gradients(const std::string& name, const Module& module, const Tensors& inputs, const F& f) {
  Module own = module;
  Rng rng(11);
  Tensors all = inputs;
  for (const auto& [parameter_name, p] : nn::named_parameters(own))
    all.push_back(parameter(rng.normal(p.shape(), 0, 0.5)));
  const auto run = [&](const Tensors& x) {
    Module changed = own;
    std::size_t i = inputs.size();
    nn::for_each_parameter(changed, [&](const std::string&, Tensor& p) {
      if (p.defined()) p = x[i++];
    });
    return f(changed, x);
  };
  for (const auto& result : {gradcheck(name, run, all), gradgradcheck(name, run, all)}) {
    INFO(name << ": " << result.message);
    CHECK(result.ok);
  }
}

}  // namespace rw::inline REWIND_ABI
