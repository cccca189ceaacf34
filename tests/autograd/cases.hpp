// One row of the operations' test table, and all that is checked of it.
#pragma once

#include <string>
#include <vector>

#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "tests/autograd/reference.hpp"

namespace cases {

using reference::Reference;
using rw::Shape;
using rw::Tensor;
using rw::Tensors;

// Where an input's elements are drawn from; masks and integers are constants.
enum class Domain { any, positive, above_minus_half, away_from_zero, between_0_and_1, integer, mask };

struct Input {
  Shape shape;
  Domain domain = Domain::any;
};

struct Case {
  std::string name;
  rw::Function f;
  std::vector<Input> inputs;
  Reference expected = {};

  template <class F>
  Case(std::string n, F g, std::vector<Input> in, Reference e = {})
      : name(std::move(n)), inputs(std::move(in)), expected(std::move(e)) {
    if constexpr (rw::OneResult<F>)
      f = [g](const Tensors& x) { return Tensors{g(x)}; };
    else
      f = g;
  }
};

// Checks the value against the reference and, in double, first and second derivatives with every mix of
// constant and variable inputs.
void check(const Case& c);

// An elementwise operation: as many inputs as domains, over shapes that broadcast in every way.
void check_elementwise(const std::string& name, const std::function<Tensor(const Tensors&)>& f,
                       double (*expected)(const double*), const std::vector<Domain>& domains = {Domain::any});

}  // namespace cases
