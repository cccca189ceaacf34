// Rng: the one source of randomness. It is always passed by hand, and its state can be saved.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }  // [0, 1)
  std::uint64_t below(std::uint64_t n);                                        // 0 ... n - 1, unbiased
  double normal();                                                             // mean 0, deviation 1

  Array uniform(const Shape& shape, double low, double high);
  Array normal(const Shape& shape, double mean = 0, double deviation = 1);
  // Each element is 0 with probability p, else `scale`.
  Array bernoulli(const Shape& shape, double p, double scale);

  std::string state() const;
  void set_state(const std::string& state);  // throws Error if it is no state

 private:
  std::mt19937_64 engine_;
};

}  // namespace rw::inline REWIND_ABI
