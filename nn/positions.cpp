#include "nn/positions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

// How far a position turns pair i of `width` / 2.
double angle(std::size_t position, std::size_t i, std::size_t width) {
  return static_cast<double>(position) / std::pow(10000., 2 * static_cast<double>(i) / static_cast<double>(width));
}

}  // namespace

Array sinusoidal_positions(std::size_t begin, std::size_t T, std::size_t width) {
  Array rows(Shape{T, width});
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t k = 0; k < width; ++k) {
      const double a = angle(begin + t, k / 2, width);
      rows.data()[t * width + k] = static_cast<Scalar>(k % 2 == 0 ? std::sin(a) : std::cos(a));
    }
  return rows;
}

Tensor rotate(const Tensor& x, std::size_t begin) {
  if (x.dim() < 2 || x.size(-1) % 2 == 1)
    fail("rotate", fmt::format("x {}: expected (..., T, D) with an even D", to_string(x.shape())));
  const std::size_t T = x.size(-2), half = x.size(-1) / 2;
  Array cosines(Shape{T, half}), sines(Shape{T, half});
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t i = 0; i < half; ++i) {
      const double a = angle(begin + t, i, 2 * half);
      cosines.data()[t * half + i] = static_cast<Scalar>(std::cos(a));
      sines.data()[t * half + i] = static_cast<Scalar>(std::sin(a));
    }
  const auto [a, b] = pointwise(
      "rotate", [](auto u, auto v, auto c, auto s) { return outputs(u * c - v * s, u * s + v * c); }, columns<2>(x),
      Tensor(std::move(cosines)), Tensor(std::move(sines)));
  return concat({a, b}, -1);
}

std::vector<std::string> position_names() { return {"sinusoidal", "learned", "rotary", "none"}; }

Positions::Positions(const std::string& kind, std::size_t longest, std::size_t width, Rng& rng)
    : kind_(kind), longest_(longest), width_(width) {
  const std::vector<std::string> names = position_names();
  if (std::find(names.begin(), names.end(), kind) == names.end())
    fail("positions", fmt::format("'{}': expected one of {}", kind, fmt::join(names, ", ")));
  if (kind == "learned") weight_ = parameter(rng.normal({longest, width}, 0, 0.02));
  if (kind == "sinusoidal") table_ = std::make_shared<const Array>(sinusoidal_positions(0, longest, width));
}

Tensor Positions::operator()(const Tensor& x, std::size_t begin) const {
  check_rank("positions", "x (T, B, D)", 3, x.shape());
  const std::size_t T = x.size(0), D = x.size(2);
  if (kind_ != "none" && begin + T > longest_)
    fail("positions", fmt::format("a sequence of {} steps, but the model has {} positions: cut or leave out longer "
                                  "ones, or train with more positions",
                                  begin + T, longest_));
  const auto at = static_cast<std::ptrdiff_t>(begin), end = static_cast<std::ptrdiff_t>(begin + T);
  if (kind_ == "learned" || kind_ == "sinusoidal")
    check_shape("positions", "x (T, B, D)", {T, x.size(1), width_}, x.shape());
  if (kind_ == "learned") return x + reshape(slice(weight_, 0, at, end), {T, 1, D});
  if (kind_ != "sinusoidal") return x;
  Array rows(Shape{T, 1, D});
  std::copy_n(table_->data() + begin * D, T * D, rows.data());
  return x + Tensor(std::move(rows));
}

}  // namespace rw::inline REWIND_ABI::nn
