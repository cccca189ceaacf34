// Back-propagation through time worked out by hand, in loops over plain numbers: nothing here knows of a tape.
// One sequence; a layer is x_0 ... x_{T-1} -> h_0 ... h_{T-1}, from the zero state.
#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "autograd/array.hpp"

namespace by_hand {

using rw::Array;
using Vector = std::vector<double>;
using Sequence = std::vector<Vector>;

inline double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// One step of a cell from p = W_ih x + b_ih and q = W_hh h + b_hh, and what its derivative hands back.
struct Step {
  Vector p, q, h, c;      // read
  Vector h_next, c_next;  // made
  Vector dp, dq, dh, dc;  // handed back; dh without what goes through q
};
struct Cell {
  std::size_t gates;
  std::function<void(Step&)> forward;
  std::function<void(Step&, const Vector& dh_next, const Vector& dc_next)> backward;
};

// h' = tanh(p + q)
inline Cell rnn() {
  return {1,
          [](Step& s) {
            for (std::size_t i = 0; i < s.h.size(); ++i) s.h_next[i] = std::tanh(s.p[i] + s.q[i]);
          },
          [](Step& s, const Vector& d, const Vector&) {
            for (std::size_t i = 0; i < d.size(); ++i) s.dp[i] = s.dq[i] = d[i] * (1 - s.h_next[i] * s.h_next[i]);
          }};
}

// h' = h / 2 + tanh(p + q) / 2
inline Cell leaky() {
  return {1,
          [](Step& s) {
            for (std::size_t i = 0; i < s.h.size(); ++i) s.h_next[i] = (s.h[i] + std::tanh(s.p[i] + s.q[i])) / 2;
          },
          [](Step& s, const Vector& d, const Vector&) {
            for (std::size_t i = 0; i < d.size(); ++i) {
              const double n = std::tanh(s.p[i] + s.q[i]);
              s.dp[i] = s.dq[i] = d[i] / 2 * (1 - n * n);
              s.dh[i] = d[i] / 2;
            }
          }};
}

// c' = f c + i g,  h' = o tanh(c')
inline Cell lstm() {
  struct Gates {
    double i, f, g, o;
  };
  const auto gates = [](const Step& s, std::size_t u) {
    const std::size_t H = s.h.size();
    const auto a = [&](std::size_t k) { return s.p[k * H + u] + s.q[k * H + u]; };
    return Gates{sigmoid(a(0)), sigmoid(a(1)), std::tanh(a(2)), sigmoid(a(3))};
  };
  return {4,
          [gates](Step& s) {
            for (std::size_t u = 0; u < s.h.size(); ++u) {
              const auto [i, f, g, o] = gates(s, u);
              s.c_next[u] = f * s.c[u] + i * g;
              s.h_next[u] = o * std::tanh(s.c_next[u]);
            }
          },
          [gates](Step& s, const Vector& dh, const Vector& dc_next) {
            const std::size_t H = dh.size();
            for (std::size_t u = 0; u < H; ++u) {
              const auto [i, f, g, o] = gates(s, u);
              const double y = std::tanh(s.c_next[u]), dc = dc_next[u] + dh[u] * o * (1 - y * y);
              const double d[4] = {dc * g * i * (1 - i), dc * s.c[u] * f * (1 - f), dc * i * (1 - g * g),
                                   dh[u] * y * o * (1 - o)};
              for (std::size_t k = 0; k < 4; ++k) s.dp[k * H + u] = s.dq[k * H + u] = d[k];
              s.dc[u] = dc * f;
            }
          }};
}

// r, z = sigmoid(p + q),  n = tanh(p + r q),  h' = (1 - z) n + z h
inline Cell gru() {
  struct Gates {
    double r, z, n;
  };
  const auto gates = [](const Step& s, std::size_t u) {
    const std::size_t H = s.h.size();
    const double r = sigmoid(s.p[u] + s.q[u]), z = sigmoid(s.p[H + u] + s.q[H + u]);
    return Gates{r, z, std::tanh(s.p[2 * H + u] + r * s.q[2 * H + u])};
  };
  return {3,
          [gates](Step& s) {
            for (std::size_t u = 0; u < s.h.size(); ++u) {
              const auto [r, z, n] = gates(s, u);
              s.h_next[u] = (1 - z) * n + z * s.h[u];
            }
          },
          [gates](Step& s, const Vector& d, const Vector&) {
            const std::size_t H = d.size();
            for (std::size_t u = 0; u < H; ++u) {
              const auto [r, z, n] = gates(s, u);
              const double dn = d[u] * (1 - z) * (1 - n * n), dr = dn * s.q[2 * H + u] * r * (1 - r);
              s.dp[u] = s.dq[u] = dr;
              s.dp[H + u] = s.dq[H + u] = d[u] * (s.h[u] - n) * z * (1 - z);
              s.dp[2 * H + u] = dn, s.dq[2 * H + u] = dn * r;
              s.dh[u] = d[u] * z;
            }
          }};
}

struct Weights {
  Array ih, hh, bias_ih, bias_hh;
};

class Layer {
 public:
  Layer(Cell cell, Weights weights, bool reversed = false)
      : gradient{zeros(weights.ih), zeros(weights.hh), zeros(weights.bias_ih), zeros(weights.bias_hh)},
        cell_(std::move(cell)),
        w_(std::move(weights)),
        reversed_(reversed) {}

  Sequence forward(const Sequence& x) {
    const std::size_t T = x.size(), H = w_.hh.shape()[1], K = w_.hh.shape()[0];
    x_ = x, steps_.assign(T, {});
    Sequence outputs(T);
    Vector h(H, 0), c(H, 0);
    for (std::size_t i = 0; i < T; ++i) {
      const std::size_t t = place(i, T);
      Step& s = steps_[t];
      s = {affine(w_.ih, x[t], w_.bias_ih),
           affine(w_.hh, h, w_.bias_hh),
           h,
           c,
           Vector(H),
           Vector(H),
           Vector(K),
           Vector(K),
           Vector(H),
           Vector(H)};
      cell_.forward(s);
      h = outputs[t] = s.h_next, c = s.c_next;
    }
    return outputs;
  }

  // d: dL/dh of each step, without what later steps hand back. The gradient of x.
  Sequence backward(const Sequence& d) {
    const std::size_t T = d.size(), H = w_.hh.shape()[1];
    Sequence dx(T);
    Vector dh(H, 0), dc(H, 0);
    for (std::size_t i = T; i-- > 0;) {
      const std::size_t t = place(i, T);
      Step& s = steps_[t];
      for (std::size_t u = 0; u < H; ++u) dh[u] += d[t][u];
      cell_.backward(s, dh, dc);
      add_products(s, x_[t]);
      dx[t] = transposed(w_.ih, s.dp);
      dh = transposed(w_.hh, s.dq);
      for (std::size_t u = 0; u < H; ++u) dh[u] += s.dh[u];
      dc = s.dc;
    }
    return dx;
  }

  Weights gradient;

 private:
  static Array zeros(const Array& like) { return Array(rw::Shape(like.shape()), rw::Scalar(0)); }
  std::size_t place(std::size_t i, std::size_t T) const { return reversed_ ? T - 1 - i : i; }

  static Vector affine(const Array& W, const Vector& x, const Array& b) {
    Vector y(W.shape()[0]);
    for (std::size_t i = 0; i < y.size(); ++i) {
      y[i] = static_cast<double>(b(i));
      for (std::size_t j = 0; j < x.size(); ++j) y[i] += static_cast<double>(W(i, j)) * x[j];
    }
    return y;
  }
  static Vector transposed(const Array& W, const Vector& d) {
    Vector y(W.shape()[1], 0);
    for (std::size_t i = 0; i < d.size(); ++i)
      for (std::size_t j = 0; j < y.size(); ++j) y[j] += static_cast<double>(W(i, j)) * d[i];
    return y;
  }
  void add_products(const Step& s, const Vector& x) {
    for (std::size_t i = 0; i < s.dp.size(); ++i) {
      for (std::size_t j = 0; j < x.size(); ++j) gradient.ih(i, j) += static_cast<rw::Scalar>(s.dp[i] * x[j]);
      for (std::size_t j = 0; j < s.h.size(); ++j) gradient.hh(i, j) += static_cast<rw::Scalar>(s.dq[i] * s.h[j]);
      gradient.bias_ih(i) += static_cast<rw::Scalar>(s.dp[i]);
      gradient.bias_hh(i) += static_cast<rw::Scalar>(s.dq[i]);
    }
  }

  Cell cell_;
  Weights w_;
  bool reversed_;
  Sequence x_;
  std::vector<Step> steps_;
};

}  // namespace by_hand
