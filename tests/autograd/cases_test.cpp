#include "tests/autograd/cases.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "autograd/rng.hpp"
#include "autograd/tape.hpp"

namespace cases {
namespace {

using rw::Array;
using rw::Scalar;

// |got - expected| <= tolerance * (1 + |expected|)
constexpr double tolerance = sizeof(Scalar) == 4 ? 3e-6 : 1e-12;

double draw(Domain domain, rw::Rng& rng) {
  const double u = rng.uniform();
  switch (domain) {
    case Domain::any:
      return 4 * u - 2;
    case Domain::positive:
      return 0.5 + 1.5 * u;
    case Domain::above_minus_half:
      return 2.5 * u - 0.5;
    case Domain::away_from_zero:
      return (rng.uniform() < 0.5 ? -1 : 1) * (0.3 + 1.7 * u);
    case Domain::between_0_and_1:
      return u;
    case Domain::integer:
      return static_cast<double>(rng.below(3)) - 1;
    case Domain::mask:
      return static_cast<double>(rng.below(2));
  }
  return 0;
}

bool can_vary(Domain domain) { return domain != Domain::integer && domain != Domain::mask; }

// Input i is a variable if bit i of `variables` is set.
Tensors make_inputs(const Case& c, std::size_t variables) {
  rw::Rng rng(20);
  Tensors inputs;
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    Array a(c.inputs[i].shape);
    for (std::size_t k = 0; k < a.size(); ++k) a.data()[k] = static_cast<Scalar>(draw(c.inputs[i].domain, rng));
    inputs.push_back((variables >> i & 1) != 0 ? rw::parameter(a) : Tensor(a));
  }
  return inputs;
}

void check_value(const Case& c) {
  const Tensors inputs = make_inputs(c, 0), got = c.f(inputs);
  reference::Plains x;
  for (const Tensor& t : inputs) x.push_back(reference::plain(t));
  const reference::Plains expected = c.expected(x);
  REQUIRE(got.size() == expected.size());
  for (std::size_t k = 0; k < got.size(); ++k) {
    REQUIRE(rw::to_string(got[k].shape()) == rw::to_string(expected[k].shape));
    for (std::size_t i = 0; i < got[k].size(); ++i) {
      const double e = expected[k].v[i], g = static_cast<double>(got[k].value().data()[i]);
      INFO("output " << k << ", element " << i << ": " << g << ", expected " << e);
      REQUIRE((g == e || std::abs(g - e) <= tolerance * (1 + std::abs(e))));
    }
  }
}

void check_mix(const Case& c, std::size_t variables) {
  INFO("variables (bits): " << variables);
  const Tensors inputs = make_inputs(c, variables);
  {
    const rw::Tape tape;  // nothing is recorded for constants
    const Tensors y = c.f(inputs);
    REQUIRE((variables != 0 || tape.size() == 0));
  }
  if (variables == 0 || sizeof(Scalar) == 4) return;
  REQUIRE(rw::gradcheck(c.name, c.f, inputs).message == "");
  REQUIRE(rw::gradgradcheck(c.name, c.f, inputs).message == "");
}

std::vector<std::vector<Shape>> broadcasts(std::size_t arity) {
  using S = Shape;
  if (arity == 1) return {{S{2, 3}}, {S{}}, {S{1}}, {S{1, 1}}, {S{0}}, {S{2, 0, 3}}, {S{37}}};
  if (arity == 2)
    return {{S{2, 3}, S{2, 3}}, {S{2, 3}, S{3}}, {S{2, 3}, S{2, 1}},    {S{3}, S{2, 3}},
            {S{2, 3}, S{}},     {S{}, S{2, 3}},  {S{2, 1}, S{1, 3}},    {S{2, 2, 3}, S{2, 1, 3}},
            {S{1}, S{1, 1}},    {S{0, 3}, S{3}}, {S{2, 1, 2}, S{3, 1}}, {S{2, 0}, S{1}},
            {S{}, S{}},         {S{19}, S{19}}};
  return {{S{2, 3}, S{2, 3}, S{2, 3}}, {S{2, 3}, S{3}, S{}}, {S{2, 1}, S{2, 3}, S{3}}, {S{}, S{2, 3}, S{2, 1}},
          {S{3}, S{2, 1, 3}, S{2, 1}}, {S{0}, S{0}, S{1}},   {S{1}, S{}, S{1, 1}}};
}

}  // namespace

void check(const Case& c) {
  INFO(c.name);
  if (c.expected) check_value(c);
  std::size_t free = 0;
  for (std::size_t i = 0; i < c.inputs.size(); ++i)
    if (can_vary(c.inputs[i].domain)) free |= std::size_t{1} << i;
  for (std::size_t variables = 0; variables < std::size_t{1} << c.inputs.size(); ++variables)
    if ((variables & ~free) == 0) check_mix(c, variables);
}

void check_elementwise(const std::string& name, const std::function<Tensor(const Tensors&)>& f,
                       double (*expected)(const double*), const std::vector<Domain>& domains) {
  for (const std::vector<Shape>& shapes : broadcasts(domains.size())) {
    std::vector<Input> inputs;
    std::string full = name;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      inputs.push_back({shapes[i], domains[i]});
      full.append(" ").append(rw::to_string(shapes[i]));
    }
    check(Case(full, f, inputs, reference::each(expected)));
  }
}

}  // namespace cases
