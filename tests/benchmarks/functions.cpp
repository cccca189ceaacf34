// exp, tanh and sigmoid of a million floats: Rewind's, xsimd's and the C library's, in ns an element, and their errors.
#include <fmt/format.h>

#include <cmath>

#include "autograd/rng.hpp"
#include "autograd/simd_math.hpp"
#include "race.hpp"

using namespace rw;
using namespace rw::bench;

namespace {

using Lane = Lanes::Register;
constexpr std::size_t n = 4096, times = 256;  // in the nearest caches, again and again

template <class F>
Contestant on_registers(const char* name, const Array& x, Array& y, F f) {
  return {name, [] {},
          [&x, &y, f] {
            for (std::size_t k = 0; k < times; ++k)
              for (std::size_t i = 0; i < n; i += Lanes::size) Lanes(f(Lanes::load(x.data() + i))).store(y.data() + i);
          }};
}
template <class F>
Contestant on_numbers(const char* name, const Array& x, Array& y, F f) {
  return {name, [] {},
          [&x, &y, f] {
            for (std::size_t k = 0; k < times; ++k)
              for (std::size_t i = 0; i < n; ++i) y.data()[i] = f(x.data()[i]);
          }};
}

double largest_error(const Array& x, const Array& y, double (*truth)(double)) {
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double expected = truth(static_cast<double>(x.data()[i]));
    largest = std::max(largest, std::abs(static_cast<double>(y.data()[i]) - expected) / std::abs(expected));
  }
  return largest;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = rounds_asked(argc, argv, "ns of exp, tanh and sigmoid of one float");
  Rng rng(1);
  const Array x = rng.normal({n});
  Array y = x;
  struct Function {
    const char* name;
    double (*truth)(double);
    std::vector<Contestant> all;
  };
  const Function functions[] = {
      {"exp",
       [](double a) { return std::exp(a); },
       {on_registers("Rewind", x, y, [](Lanes a) { return exp(a); }),
        on_registers("xsimd", x, y, [](Lanes a) { return xsimd::exp(a.v); }),
        on_numbers("C library", x, y, [](float a) { return std::exp(a); })}},
      {"tanh",
       [](double a) { return std::tanh(a); },
       {on_registers("Rewind", x, y, [](Lanes a) { return tanh(a); }),
        on_registers("xsimd", x, y, [](Lanes a) { return xsimd::tanh(a.v); }),
        on_numbers("C library", x, y, [](float a) { return std::tanh(a); })}},
      {"sigmoid",
       [](double a) { return 1 / (1 + std::exp(-a)); },
       {on_registers("Rewind", x, y, [](Lanes a) { return sigmoid(a); }),
        on_registers("xsimd", x, y, [](Lanes a) { return Lane(1) / (Lane(1) + xsimd::exp(-a.v)); }),
        on_numbers("C library", x, y, [](float a) { return 1 / (1 + std::exp(-a)); })}},
  };
  fmt::print("| function | Rewind, ns | xsimd | C library | error: Rewind | xsimd | C library |\n");
  fmt::print("|---|---|---|---|---|---|---|\n");
  for (const Function& f : functions) {
    fmt::print("| {} |", f.name);
    for (const double ms : race(f.all, rounds)) fmt::print(" {:.2f} |", ms * 1e6 / (n * times));
    for (const Contestant& c : f.all) {
      c.step();
      fmt::print(" {:.1e} |", largest_error(x, y, f.truth));
    }
    fmt::print("\n");
  }
}
