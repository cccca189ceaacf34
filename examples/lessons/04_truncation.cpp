// Lesson 4: truncation and detach. A sequence is cut into chunks: values go on across the cut, gradients do not.
#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "autograd/error.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/rnn_cell.hpp"
#include "nn/module.hpp"
#include "nn/recurrent.hpp"
#include "nn/truncated_bptt.hpp"

using namespace rw;

constexpr std::size_t T = 24;
using Layer = nn::Recurrent<nn::RNNCell>;

// The gradient of all weights, one after the other, and the longest tape on the way.
struct Result {
  std::vector<double> gradient;
  std::size_t entries = 0;
  Array last;  // h_T
};

Tensor loss_of(const Tensor& h) { return 0.5 * sum(h * h); }  // at every step: |h_t|^2 / 2

Result with_truncation(Layer& layer, const Tensor& x, const nn::Truncation& k) {
  Result result;
  const auto scan = [&](std::size_t begin, std::size_t end, const auto& state) {
    return layer(slice(x, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end)), state);
  };
  const auto loss = [&](const Tensor& outputs, std::size_t) {
    const Tensor l = loss_of(outputs);
    result.entries = std::max(result.entries, Tape::current()->size());
    return l;
  };
  nn::zero_grad(layer);
  result.last = nn::truncated_bptt(T, layer.zero_state(1), k, scan, loss, [] {}).h.value();
  for (const Tensor& w : nn::parameters(layer)) {
    const Array g = w.grad().value();
    result.gradient.insert(result.gradient.end(), g.begin(), g.end());
  }
  return result;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double s = 0;
  for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i];
  return s;
}

// A state that is carried on without detach belongs to a tape that has ended.
std::string forgotten_detach(const Layer& layer, const Tensor& x) {
  nn::HiddenState state = layer.zero_state(1);
  try {
    for (std::ptrdiff_t begin = 0; begin < 24; begin += 8) {
      Tape tape;
      const auto [outputs, next] = layer(slice(x, 0, begin, begin + 8), state);
      tape.backward(loss_of(outputs));
      state = next;  // should be: detach(next)
    }
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

int main() {
  lessons::Claims claim;
  Rng rng(5);
  Layer layer(2, 8, rng);
  layer.cell.weight_hh = parameter(layer.cell.weight_hh.value() * 1.5);  // a longer memory than at the usual start
  const Tensor x = rng.normal({T, 1, 2});

  const std::string error = forgotten_detach(layer, x);
  fmt::print("without detach: {}\n", error);
  claim("it is an error that says what to do", error.find("detach") != std::string::npos);

  const Result whole = with_truncation(layer, x, {T, T});
  const double n = std::sqrt(dot(whole.gradient, whole.gradient));
  fmt::print("\n  k1  k2   entries   norm/whole   angle\n");
  bool forward = true, same = true;
  for (const nn::Truncation k : {nn::Truncation{1, 1}, {1, 2}, {1, 4}, {1, 8}, {8, 8}, {T, T}}) {
    const Result cut = with_truncation(layer, x, k);
    const double m = std::sqrt(dot(cut.gradient, cut.gradient));
    const double cosine = std::min(1., dot(cut.gradient, whole.gradient) / (n * m));
    const double angle = std::acos(cosine) * 180 / std::numbers::pi;
    fmt::print("{:>4}{:>4}{:>10}{:>13.2f}{:>8.1f}\n", k.k1, k.k2, cut.entries, m / n, angle);
    forward = forward && lessons::same(cut.last, whole.last);
    if (k.k2 == T) same = std::abs(m / n - 1) < 1e-12;
  }
  claim("the cuts change no value of the forward run", forward);
  claim("with k2 = T nothing is cut", same);
  return claim.failed();
}
