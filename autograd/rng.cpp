#include "autograd/rng.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <locale>
#include <numbers>
#include <sstream>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {
namespace {

struct Pair {
  double a, b;
};

// Two independent normal numbers from two uniform ones (Box and Muller, 1958); u is in (0, 1].
Pair box_muller(double u, double v) {
  const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

std::uint64_t Rng::below(std::uint64_t n) {
  if (n == 0) fail("rng", "below(0): there is no number below 0, the bound must be at least 1");
  const std::uint64_t excess = -n % n;  // 2^64 mod n: so many draws would favour the small numbers
  std::uint64_t draw = bits();
  while (draw < excess) draw = bits();
  return draw % n;
}

double Rng::normal() {
  const double u = 1 - uniform();
  return box_muller(u, uniform()).a;
}

Array Rng::uniform(const Shape& shape, double low, double high) {
  Array y = allocate("uniform", shape);
  Scalar* const to = y.data();
  for (std::size_t i = 0, n = y.size(); i < n; ++i) to[i] = static_cast<Scalar>(low + (high - low) * uniform());
  return y;
}

Array Rng::normal(const Shape& shape, double mean, double deviation) {
  Array y = allocate("normal", shape);
  Scalar* const to = y.data();
  for (std::size_t i = 0, n = y.size(); i < n; i += 2) {
    const double u = 1 - uniform();
    const Pair z = box_muller(u, uniform());
    to[i] = static_cast<Scalar>(mean + deviation * z.a);
    if (i + 1 < n) to[i + 1] = static_cast<Scalar>(mean + deviation * z.b);
  }
  return y;
}

// One draw of 64 bits decides on two elements: p is met to 2^-32.
Array Rng::bernoulli(const Shape& shape, double p, double scale) {
  if (!(p >= 0 && p <= 1)) fail("bernoulli", fmt::format("probability {}: expected 0 to 1", p));
  if (p == 1) return zeros("bernoulli", shape);
  Array y = allocate("bernoulli", shape);
  constexpr std::size_t run = 512;
  const auto threshold = static_cast<std::uint32_t>(std::min(p * 0x1p32, 0x1p32 - 1));
  const auto kept = static_cast<Scalar>(scale);
  std::uint32_t draws[run];
  for (std::size_t done = 0, n = y.size(); done < n; done += run) {
    const std::size_t now = std::min(run, n - done);
    for (std::size_t i = 0; i < now; i += 2) {
      const std::uint64_t draw = bits();
      draws[i] = static_cast<std::uint32_t>(draw), draws[i + 1] = static_cast<std::uint32_t>(draw >> 32);
    }
    Scalar* const to = y.data() + done;
    for (std::size_t i = 0; i < now; ++i) to[i] = draws[i] >= threshold ? kept : Scalar(0);
  }
  return y;
}

std::string Rng::state() const {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out << engine_;
  return out.str();
}

// The text is the engine's words and its place among them; the library's own reader does not check the place.
void Rng::set_state(const std::string& state) {
  constexpr std::size_t words = std::mt19937_64::state_size;
  std::istringstream tokens(state), in(state);
  tokens.imbue(std::locale::classic()), in.imbue(std::locale::classic());
  std::size_t found = 0;
  std::uint64_t last = 0;
  while (tokens >> last) ++found;
  std::mt19937_64 engine;
  if (found != words + 1 || !tokens.eof() || last > words || !(in >> engine))
    fail("rng", fmt::format("set_state: expected {} numbers as state() writes them, got {} characters", words + 1,
                            state.size()));
  engine_ = engine;
}

}  // namespace rw::inline REWIND_ABI
