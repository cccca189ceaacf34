// Lesson 5: vanishing and exploding. What is left of a gradient after d steps back, for h_t = tanh(U h_{t-1} + x_t) and
// U = s Q with Q orthogonal: all singular values of U are s.
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/init.hpp"

using namespace rw;

constexpr std::size_t T = 50, H = 16;
enum class Unit { linear, tanh };

double norm(const Array& a) {
  double s = 0;
  for (const Scalar v : a) s += v * v;
  return std::sqrt(s);
}

// |dL/dh_{T-d}| / |dL/dh_T| for d = 0 ... T, where dL/dh_T is a random vector.
std::vector<double> gradient_by_distance(double s, Unit unit, double input) {
  Rng rng(1);
  const Tensor U = Array(nn::init::orthogonal(H, H, rng).value() * s);
  const Array x = rng.normal({T, 1, H}, 0, input), v = rng.normal({1, H});

  Tape tape;
  Tensors states{parameter(rng.normal({1, H}, 0, 0.01))};
  for (std::size_t t = 0; t < T; ++t) {
    const Tensor a = affine(states.back(), U, share(x, {1, H}, t * H));
    states.push_back(unit == Unit::tanh ? tanh(a) : a);
  }
  const Tensors gradients = tape.grad({states.back()}, states, {v});
  std::vector<double> ratios;
  for (std::size_t d = 0; d <= T; ++d) ratios.push_back(norm(gradients[T - d].value()) / norm(v));
  return ratios;
}

// A mark for each power of ten: 1e-4 | * . . . | 1e+4
std::string bar(double ratio) {
  std::string line(17, ' ');
  line[8] = '|';
  const double place = std::round(2 * std::log10(ratio)) + 8;
  if (place <= 0) line[0] = '<';
  if (place >= 16) line[16] = '>';
  if (place > 0 && place < 16) line[static_cast<std::size_t>(place)] = '*';
  return line;
}

int main() {
  lessons::Claims claim;
  struct Case {
    const char* name;
    double s;
    Unit unit;
    double input;
  };
  const std::vector<Case> cases{
      {"linear, s = 0.8", 0.8, Unit::linear, 0.01},           {"linear, s = 1.0", 1.0, Unit::linear, 0.01},
      {"linear, s = 1.2", 1.2, Unit::linear, 0.01},           {"tanh, s = 1.0, small inputs", 1.0, Unit::tanh, 0.01},
      {"tanh, s = 1.2, small inputs", 1.2, Unit::tanh, 0.01}, {"tanh, s = 1.2, large inputs", 1.2, Unit::tanh, 2}};
  std::vector<std::vector<double>> all;
  for (const Case& c : cases) all.push_back(gradient_by_distance(c.s, c.unit, c.input));

  fmt::print("{:<30}{:>9}{:>9}{:>9}{:>9}\n", "|dL/dh| d steps back", "d = 1", "10", "25", "50");
  for (std::size_t i = 0; i < cases.size(); ++i)
    fmt::print("{:<30}{:>9.1e}{:>9.1e}{:>9.1e}{:>9.1e}\n", cases[i].name, all[i][1], all[i][10], all[i][25],
               all[i][50]);
  fmt::print("\n");
  for (const std::size_t i : {0, 2, 5}) {
    fmt::print("{:<30}1e-4    1    1e+4\n", cases[i].name);
    for (const std::size_t d : {1, 5, 10, 20, 30, 40, 50}) fmt::print("{:>28}  {}\n", d, bar(all[i][d]));
  }
  fmt::print("\n");

  bool exact = true, bounded = true;
  for (std::size_t d = 0; d <= T; ++d)
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const double bound = std::pow(cases[i].s, static_cast<double>(d));
      if (cases[i].unit == Unit::linear) exact = exact && std::abs(all[i][d] / bound - 1) < 1e-12;
      bounded = bounded && all[i][d] < bound * (1 + 1e-12);
    }
  claim("linear: exactly s^d", exact);
  claim("tanh: never more than s^d", bounded);
  claim("s > 1 and large inputs: it vanishes all the same", all[5][50] < 1e-6);
  return claim.failed();
}
