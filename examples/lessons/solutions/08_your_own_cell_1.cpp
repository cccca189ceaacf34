// Lesson 8, exercise 1: a leaky RNN, whose units each learn how slowly they change (compare Jaeger et al. 2007).
//
//   a = sigmoid(rate),  h' = a h + (1 - a) tanh(W_ih x + b + W_hh h)
#include "autograd/gradcheck.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/cell.hpp"
#include "nn/recurrent.hpp"

using namespace rw;

struct LeakyCell {
  static constexpr const char* name = "leaky";
  using State = nn::HiddenState;
  Tensor weight_ih, weight_hh, bias_ih, rate;

  LeakyCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(nn::init::recurrent({hidden, input}, hidden, rng)),
        weight_hh(nn::init::recurrent({hidden, hidden}, hidden, rng)),
        bias_ih(nn::init::constant({hidden}, 0)),
        rate(nn::init::constant({hidden}, 2)) {}

  State zero_state(std::size_t batch) const { return {nn::zero_hidden(batch, weight_hh.size(1))}; }
  static const Tensor& output(const State& s) { return s.h; }
  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }
  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    return {pointwise(
        "leaky",
        [](auto candidate, auto r, auto h) {
          auto a = sigmoid(r);
          return a * h + (1 - a) * tanh(candidate);
        },
        affine(h_prev, weight_hh, x), rate, s.h)};  // rate (H) stretches over the batch
  }
  void visit(auto&& f) { f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih), f("rate", rate); }
};

int main() {
  lessons::Claims claim;
  Rng rng(1);
  nn::Recurrent<LeakyCell> layer(2, 3, rng);
  const Tensor x = parameter(rng.normal({4, 2, 2}));
  const auto f = [&](const Tensors& in) {
    layer.cell.rate = in[1];
    return layer(in[0]).outputs;
  };
  claim("derivatives of x and rate", gradcheck("leaky", f, {x, layer.cell.rate}).ok);
  claim("their derivatives", gradgradcheck("leaky", f, {x, parameter(rng.normal({3}))}).ok);
  return claim.failed();
}
