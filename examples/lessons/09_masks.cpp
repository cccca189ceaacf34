// Lesson 9: masks and directions. Which output depends on which input? The gradient tells: d output_t / d x_k is not 0.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/bidirectional.hpp"
#include "nn/cells/gru_cell.hpp"
#include "nn/mask.hpp"
#include "nn/recurrent.hpp"

using namespace rw;

constexpr std::size_t T = 6;

// A row for each output t, a column for each input k: '#' if it depends on it. Of sequence b of the batch.
template <class Layer>
std::string who_sees_what(const Layer& layer, const Array& input, const nn::Mask& mask, std::size_t b) {
  const Tensor x = parameter(input);
  Tape tape;
  const Tensors outputs = unbind(layer(x, mask).outputs);
  std::string picture;
  for (std::size_t t = 0; t < T; ++t) {
    const Array g = tape.grad({sum(outputs[t])}, {x}, {}, {.retain_graph = true})[0].value();
    for (std::size_t k = 0; k < T; ++k) picture += g(k, b, 0) != 0 || g(k, b, 1) != 0 ? '#' : '.';
  }
  return picture;
}

void print_beside(const std::vector<std::string>& pictures) {
  for (std::size_t t = 0; t < T; ++t) {
    fmt::print("   t = {}", t);
    for (const std::string& p : pictures) fmt::print("      {}", p.substr(t * T, T));
    fmt::print("\n");
  }
}

// The sequence alone: its own steps, a batch of one.
Array alone(const Array& x, std::size_t b, std::size_t length) {
  Array y(Shape{length, 1, 2});
  for (std::size_t t = 0; t < length; ++t)
    for (std::size_t d = 0; d < 2; ++d) y(t, 0, d) = x(t, b, d);
  return y;
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const nn::Bidirectional<nn::GRUCell> both(2, 4, rng);
  const nn::Recurrent<nn::GRUCell>&there = both.forward, &back = both.backward;

  // Two sequences in one batch: the first has 6 steps, the second 4; what stands behind is NaN.
  Array x = rng.normal({T, 2, 2});
  for (std::size_t t = 4; t < T; ++t) x(t, 1, 0) = x(t, 1, 1) = std::numeric_limits<double>::quiet_NaN();
  IndexArray lengths(Shape{2});
  lengths(0) = 6, lengths(1) = 4;
  const nn::Mask mask = nn::mask_of_lengths(lengths, T);

  fmt::print("6 steps    forward     backward    both            k = 0 ... 5\n");
  const std::vector<std::string> long_one{who_sees_what(there, x, mask, 0), who_sees_what(back, x, mask, 0),
                                          who_sees_what(both, x, mask, 0)};
  print_beside(long_one);
  fmt::print("4 steps    forward     backward    both\n");
  const std::vector<std::string> short_one{who_sees_what(there, x, mask, 1), who_sees_what(back, x, mask, 1),
                                           who_sees_what(both, x, mask, 1)};
  print_beside(short_one);
  claim("both ways, each output sees each step", long_one[2] == std::string(36, '#'));
  claim("padding is seen by nobody, and sees nobody", short_one[2] == "####..####..####..####..............");

  // With and without its longer neighbour, the short sequence has the same results.
  const auto batch = both(x, mask), single = both(alone(x, 1, 4));
  bool same = true;
  for (std::size_t t = 0; t < 4; ++t)
    for (std::size_t i = 0; i < 8; ++i)
      same = same && std::abs(batch.outputs.value()(t, 1, i) - single.outputs.value()(t, 0, i)) < 1e-12;
  claim("its outputs are those that it has alone", same);
  const Tensor forward = slice(batch.state.forward.h, 0, 1, 2), backward = slice(batch.state.backward.h, 0, 1, 2);
  claim("its last state forward is that after step 3", lessons::same(forward.value(), single.state.forward.h.value()));
  claim("its last state backward is that after step 0",
        lessons::same(backward.value(), single.state.backward.h.value()));

  // Gradients: nothing of the NaN comes through.
  const Tensor variable = parameter(x);
  Tape tape;
  tape.backward(sum(both(variable, mask).outputs));
  bool finite = true;
  for (const Scalar g : variable.grad().value()) finite = finite && std::isfinite(g);
  claim("every gradient is finite", finite);
  return claim.failed();
}
