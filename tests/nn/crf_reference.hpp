// A CRF's reference: its sequences' paths, one by one.
#pragma once

#include <cmath>
#include <functional>
#include <limits>

#include "nn/crf.hpp"
#include "nn/module.hpp"

namespace rw::inline REWIND_ABI::crf_reference {

constexpr Scalar not_a_number = std::numeric_limits<Scalar>::quiet_NaN();
constexpr double lowest = -std::numeric_limits<double>::infinity();
using Path = std::vector<std::size_t>;

inline double number(Scalar x) { return static_cast<double>(x); }

// Random sequences of several lengths with NaN and absurd tags in the padding, and a CRF.
struct Problem {
  std::size_t K, T, B;
  nn::CRF crf;
  Array emissions;           // (T, B, K)
  IndexArray lengths, tags;  // (B), (T, B)
  nn::Mask mask;

  Problem(std::size_t tags_, std::size_t T_, std::size_t B_, Rng& rng)
      : K(tags_),
        T(T_),
        B(B_),
        crf(K, rng),
        emissions(rng.normal({T, B, K}, 0, 2)),
        lengths(Shape{B}),
        tags(Shape{T, B}, 12345) {
    for (const Tensor& p : nn::parameters(crf)) Tensor(p).mutate() = rng.normal(p.shape(), 0, 2);
    for (std::size_t b = 0; b < B; ++b) {
      const std::size_t n = 1 + rng.below(T);
      lengths(b) = static_cast<Index>(n);
      for (std::size_t t = 0; t < n; ++t) tags(t, b) = static_cast<Index>(rng.below(K));
      for (std::size_t t = n; t < T; ++t)
        for (std::size_t k = 0; k < K; ++k) emissions(t, b, k) = not_a_number;
    }
    mask = nn::mask_of_lengths(lengths, T);
  }
  // Forbids about a third of everything, but not the way of tag 0 alone.
  void forbid_some(Rng& rng) {
    for (Scalar& f : crf.forbidden) f = rng.below(3) == 0 ? 1 : 0;
    for (const std::size_t at : {std::size_t{0}, K * K, K * K + K}) crf.forbidden(at) = 0;
  }

  std::size_t length(std::size_t b) const { return static_cast<std::size_t>(lengths(b)); }
  // Terms of parameters: from tag i to j, K standing for the outside.
  double term(std::size_t i, std::size_t j) const {
    const std::size_t at = i == K ? K * K + j : j == K ? K * K + K + i : i * K + j;
    if (crf.forbidden(at) != 0) return lowest;
    if (i == K) return number(crf.start_transitions.value()(j));
    return number(j == K ? crf.end_transitions.value()(i) : crf.transitions.value()(i, j));
  }
  double score(std::size_t b, const Path& y) const {
    double total = term(K, y[0]) + term(y.back(), K);
    for (std::size_t t = 0; t < y.size(); ++t) {
      total += number(emissions(t, b, y[t]));
      if (t > 0) total += term(y[t - 1], y[t]);
    }
    return total;
  }
  void for_each_path(std::size_t b, const std::function<void(const Path&)>& f) const {
    Path y(length(b), 0);
    while (true) {
      f(y);
      std::size_t t = 0;
      while (t < y.size() && ++y[t] == K) y[t++] = 0;
      if (t == y.size()) return;
    }
  }
  double log_partition(std::size_t b) const {
    double z = 0;
    for_each_path(b, [&](const Path& y) { z += std::exp(score(b, y)); });
    return std::log(z);
  }
  Path tags_of(const IndexArray& all, std::size_t b) const {
    Path y;
    for (std::size_t t = 0; t < length(b); ++t) y.push_back(static_cast<std::size_t>(all(t, b)));
    return y;
  }
};

// Probabilities of each tag at each step, and expected numbers of transitions, starts and ends: the gradients of the
// sum of log Z.
struct Marginals {
  Array emissions, transitions, start, end;

  explicit Marginals(const Problem& p)
      : emissions(p.emissions.shape(), 0), transitions(Shape{p.K, p.K}, 0), start(Shape{p.K}, 0), end(Shape{p.K}, 0) {
    for (std::size_t b = 0; b < p.B; ++b) {
      const double log_z = p.log_partition(b);
      p.for_each_path(b, [&](const Path& y) {
        const auto probability = static_cast<Scalar>(std::exp(p.score(b, y) - log_z));
        start(y[0]) += probability, end(y.back()) += probability;
        for (std::size_t t = 0; t < y.size(); ++t) {
          emissions(t, b, y[t]) += probability;
          if (t > 0) transitions(y[t - 1], y[t]) += probability;
        }
      });
    }
  }
};

}  // namespace rw::inline REWIND_ABI::crf_reference
