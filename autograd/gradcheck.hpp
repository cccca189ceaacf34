// gradcheck: are the derivatives that the rules give those that differences of the values give?
//
//   auto r = gradcheck("tanh", [](auto& x) { return tanh(x[0]); }, {parameter(...)});
//   if (!r) std::puts(r.message.c_str());
//
// Each input element is moved by +-eps; the central difference of sum(outputs * random cotangents) is compared
// with the gradient: |analytic - numeric| <= atol + rtol |numeric|. Meant for the double build: in float the
// differences drown in rounding.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "autograd/functional.hpp"

namespace rw::inline REWIND_ABI {

struct GradcheckOptions {
  double eps = 1e-6, atol = 1e-5, rtol = 1e-3;
  std::uint64_t seed = 0;  // of the cotangents
};

struct GradcheckResult {
  bool ok = true;
  std::string message = {};  // what failed: operation, input, element, analytic and numeric value
  explicit operator bool() const { return ok; }
};

// Derivatives with respect to the inputs that require a gradient; the others are constants. `f` must be a
// function: the same inputs, the same outputs. It gets copies, the inputs stay as they are.
GradcheckResult gradcheck(const std::string& name, const Function& f, const Tensors& inputs,
                          const GradcheckOptions& options = {});

// The same for the gradients of f, as functions of the inputs and of the cotangents: second derivatives.
GradcheckResult gradgradcheck(const std::string& name, const Function& f, const Tensors& inputs,
                              const GradcheckOptions& options = {});

// For functions with one result.
template <class F>
concept OneResult = std::same_as<std::invoke_result_t<const F&, const Tensors&>, Tensor>;

template <OneResult F>
GradcheckResult gradcheck(const std::string& name, const F& f, const Tensors& inputs,
                          const GradcheckOptions& options = {}) {
  return gradcheck(name, Function([&f](const Tensors& x) { return Tensors{f(x)}; }), inputs, options);
}
template <OneResult F>
GradcheckResult gradgradcheck(const std::string& name, const F& f, const Tensors& inputs,
                              const GradcheckOptions& options = {}) {
  return gradgradcheck(name, Function([&f](const Tensors& x) { return Tensors{f(x)}; }), inputs, options);
}

}  // namespace rw::inline REWIND_ABI
