// Positions: attention does not see the order of the steps, so that each must say where it stands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// (T, width): row t is that of position p = begin + t; columns 2 i and 2 i + 1 hold the sine and the cosine of
// p / 10000^(2 i / width) (Vaswani et al. 2017, 3.5).
Array sinusoidal_positions(std::size_t begin, std::size_t T, std::size_t width);

// Rotary positions: x (..., T, D) at the positions begin ... begin + T - 1, each pair (x_i, x_{i + D/2}) turned by the
// angle position / 10000^(2 i / D). The product of two turned vectors depends on their distance alone (Su et al. 2021,
// eq. 34). Throws if D is odd.
Tensor rotate(const Tensor& x, std::size_t begin = 0);

// How positions get into what a Transformer reads, x (T, B, D): "sinusoidal" and "learned" are added to it; "rotary" is
// left to the attention (MultiheadAttention); "none".
class Positions {
 public:
  Positions() = default;
  // For sequences of at most `longest` steps. Throws for another kind.
  Positions(const std::string& kind, std::size_t longest, std::size_t width, Rng& rng);

  // x (T, B, D) begins at position `begin`. Throws if it reaches beyond the longest, unless the kind is "none".
  Tensor operator()(const Tensor& x, std::size_t begin = 0) const;
  void visit(auto&& f) {
    if (kind_ == "learned") f("weight", weight_);
  }

 private:
  std::string kind_ = "none";
  std::size_t longest_ = 0, width_ = 0;
  Tensor weight_;                       // (longest, D), normal with deviation 0.02
  std::shared_ptr<const Array> table_;  // (longest, D), sinusoidal; read by all copies
};

std::vector<std::string> position_names();

}  // namespace rw::inline REWIND_ABI::nn
