// How a change of the state travels through time: the true Jacobians ds_t / ds_k, products of the steps' own, and not
// powers of a weight matrix (Pascanu, Mikolov & Bengio 2013, eq. 5).
#pragma once

#include <functional>
#include <vector>

#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// Step t of a network for B sequences that read the same: the state after it. Each tensor of a state is (B, H_i), and
// no sequence reads another's. Runs in eval mode.
using StateStep = std::function<Tensors(std::size_t t, const Tensors& state)>;

// Of each step t the Jacobian d s_{t+1} / d s_t, (S, S), where s is the state's tensors one after the other, S = sum
// H_i. The first state has B = 1. One sweep a step: S copies of the sequence, each asked for one row.
std::vector<Array> step_jacobians(std::size_t T, Tensors state, const StateStep& step);

// Elements begin ... begin + size - 1 of a state.
struct Part {
  std::size_t begin, size;
};

struct Spectrum {
  double frobenius;           // the norm
  std::vector<double> sigma;  // the largest singular values, descending
};

// Of d s_t / d s_k for every distance t - k = 0, 1, ... t, or of a part of the state by the same part; `leading`
// singular values each. The state s_t is the one before step t: t from 0 to the number of Jacobians.
std::vector<Spectrum> jacobian_spectra(const std::vector<Array>& steps, std::size_t t, Part part, std::size_t leading);

// The bounds on the norm of d s_t / d s_k, by distance as above: the product of the steps' largest singular values.
std::vector<double> product_bounds(const std::vector<Array>& steps, std::size_t t);

double largest_singular_value(const Array& matrix);

}  // namespace rw::inline REWIND_ABI::nn
