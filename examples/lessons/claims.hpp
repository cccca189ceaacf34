// What a lesson claims: printed as it is checked. A program returns failed(): 1 if a claim is not so.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::lessons {

class Claims {
 public:
  void operator()(const char* what, bool holds) {
    fmt::print("{}: {}\n", what, holds ? "yes" : "NO");
    if (!holds) failed_ = 1;
  }
  int failed() const { return failed_; }

 private:
  int failed_ = 0;
};

// The largest |a - b|, and whether it is rounding and nothing else.
inline double distance(const Array& a, const Array& b) {
  double worst = a.size() == b.size() ? 0 : 1e300;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    worst = std::max(worst, std::abs(static_cast<double>(a.data()[i] - b.data()[i])));
  return worst;
}
inline bool same(const Array& a, const Array& b) { return distance(a, b) < 1e-12; }

}  // namespace rw::inline REWIND_ABI::lessons
