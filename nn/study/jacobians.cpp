#include "nn/study/jacobians.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <xtensor-blas/xlinalg.hpp>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

std::size_t width(const Tensors& state) {
  std::size_t S = 0;
  for (const Tensor& s : state) S += s.size(1);
  return S;
}

Tensors repeated(const Tensors& state, std::size_t B) {
  Tensors all;
  for (const Tensor& s : state) all.push_back(parameter(expand(s, {B, s.size(1)}).value()));
  return all;
}

// For each tensor of the state its columns of the identity (S, S).
Tensors identity_columns(const Tensors& state, std::size_t S) {
  Tensors all;
  std::size_t begin = 0;
  for (const Tensor& s : state) {
    Array columns(Shape{S, s.size(1)}, Scalar(0));
    for (std::size_t i = 0; i < s.size(1); ++i) columns(begin + i, i) = 1;
    begin += s.size(1);
    all.push_back(std::move(columns));
  }
  return all;
}

std::vector<double> singular_values(const Array& matrix) {
  const xt::xtensor<double, 2, xt::layout_type::column_major> a = xt::cast<double>(matrix);
  const auto [u, s, v] = xt::linalg::svd(a, false, false);
  return {s.begin(), s.end()};
}

void check_time(const std::vector<Array>& steps, std::size_t t) {
  if (t > steps.size()) fail("jacobians", fmt::format("t = {}: there are {} steps", t, steps.size()));
}

double frobenius(const Array& matrix) {
  double squares = 0;
  for (std::size_t i = 0; i < matrix.size(); ++i)
    squares += static_cast<double>(matrix.data()[i]) * static_cast<double>(matrix.data()[i]);
  return std::sqrt(squares);
}

}  // namespace

std::vector<Array> step_jacobians(std::size_t T, Tensors state, const StateStep& step) {
  for (const Tensor& s : state) check_shape("jacobians", "first state", {1, s.size(-1)}, s.shape());
  const std::size_t S = width(state);
  const Tensors cotangents = identity_columns(state, S);
  std::vector<Array> jacobians;
  for (std::size_t t = 0; t < T; ++t) {
    const Tensors copies = repeated(state, S);
    Tape tape;
    const Tensors after = step(t, copies);
    if (after.size() != state.size() || width(after) != S)
      fail("jacobians", "state after the step: expected that of " + std::to_string(S) + " elements a sequence, got " +
                            std::to_string(width(after)));
    const Tensors rows = tape.grad(after, copies, cotangents);
    jacobians.push_back(Array(concat(rows, 1).value()));
    for (std::size_t i = 0; i < state.size(); ++i) state[i] = slice(detach(after[i]), 0, 0, 1);
  }
  return jacobians;
}

double largest_singular_value(const Array& matrix) { return singular_values(matrix).front(); }

std::vector<Spectrum> jacobian_spectra(const std::vector<Array>& steps, std::size_t t, Part part, std::size_t leading) {
  check_time(steps, t);
  const std::size_t S = t > 0 ? steps[0].shape()[0] : part.begin + part.size;
  if (part.size == 0 || part.begin + part.size > S)
    fail("jacobians", fmt::format("part {} to {}: the state has {} elements", part.begin, part.begin + part.size, S));
  const auto begin = static_cast<std::ptrdiff_t>(part.begin), end = begin + static_cast<std::ptrdiff_t>(part.size);
  Array rows(Shape{part.size, S}, Scalar(0));  // of d s_t / d s_k
  for (std::size_t i = 0; i < part.size; ++i) rows(i, part.begin + i) = 1;
  Tensor product = std::move(rows);
  std::vector<Spectrum> spectra;
  for (std::size_t k = t;; --k) {
    const Array block = slice(product, 1, begin, end).value();
    std::vector<double> sigma = singular_values(block);
    sigma.resize(std::min(leading, sigma.size()));
    spectra.push_back({frobenius(block), std::move(sigma)});
    if (k == 0) return spectra;
    product = matmul(product, steps[k - 1]);
  }
}

std::vector<double> product_bounds(const std::vector<Array>& steps, std::size_t t) {
  check_time(steps, t);
  std::vector<double> bounds{1};
  for (std::size_t k = t; k-- > 0;) bounds.push_back(bounds.back() * largest_singular_value(steps[k]));
  return bounds;
}

}  // namespace rw::inline REWIND_ABI::nn
