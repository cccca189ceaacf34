// Lesson 8, exercise 2: a cell with two states: a velocity v beside h, momentum 0.9 (compare Nguyen et al. 2020).
//
//   v' = 0.9 v + W_ih x + b,  h' = tanh(v' + W_hh h)
#include "autograd/gradcheck.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/bidirectional.hpp"
#include "nn/cells/cell.hpp"
#include "nn/mask.hpp"

using namespace rw;

struct MomentumCell {
  static constexpr const char* name = "momentum";
  struct State {
    Tensor h, v;  // (B, H)
    void visit(auto&& f) { f("h", h), f("v", v); }
  };
  Tensor weight_ih, weight_hh, bias_ih;

  MomentumCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(nn::init::recurrent({hidden, input}, hidden, rng)),
        weight_hh(nn::init::recurrent({hidden, hidden}, hidden, rng)),
        bias_ih(nn::init::constant({hidden}, 0)) {}

  State zero_state(std::size_t B) const {
    return {nn::zero_hidden(B, weight_hh.size(1)), nn::zero_hidden(B, weight_hh.size(1))};
  }
  static const Tensor& output(const State& s) { return s.h; }
  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }
  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    const Tensor v = 0.9 * s.v + x;
    return {tanh(affine(h_prev, weight_hh, v)), v};
  }
  void visit(auto&& f) { f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih); }
};

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const nn::Bidirectional<MomentumCell> layer(2, 3, rng);
  IndexArray lengths(Shape{2});
  lengths(0) = 4, lengths(1) = 2;
  const nn::Mask mask = nn::mask_of_lengths(lengths, 4);
  const Tensor x = parameter(rng.normal({4, 2, 2}));
  const auto outputs = [&](const Tensors& in) { return layer(in[0], mask).outputs; };
  claim("derivatives, both ways, with padding", gradcheck("momentum", outputs, {x}).ok);
  claim("their derivatives", gradgradcheck("momentum", outputs, {x}).ok);

  // Padding keeps both parts of the state: after two real steps v is what a scan over those two leaves.
  const Array padded = layer(x, mask).state.forward.v.value();
  const Array alone = layer(slice(x, 0, 0, 2)).state.forward.v.value();
  claim("the second sequence's v ignores padding", lessons::same(share(padded, {3}, 3), share(alone, {3}, 3)));
  return claim.failed();
}
