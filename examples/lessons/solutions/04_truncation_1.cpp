// Lesson 4, exercise 1: truncation with k1 = k2 = 4 is a loop with a detach in it.
#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/module.hpp"
#include "nn/recurrent.hpp"
#include "nn/truncated_bptt.hpp"

using namespace rw;

int main() {
  Rng rng(1);
  nn::Recurrent<nn::LSTMCell> layer(2, 4, rng);
  const Tensor x = rng.normal({12, 1, 2});
  const Tensor& U = layer.cell.weight_hh;

  auto state = layer.zero_state(1);
  for (std::ptrdiff_t begin = 0; begin < 12; begin += 4) {
    Tape tape;  // a new one for each chunk: memory for 4 steps, however long the text
    const auto [outputs, next] = layer(slice(x, 0, begin, begin + 4), state);
    tape.backward(sum(outputs * outputs));
    state = nn::detach(next);  // h and c: the values go on, the gradient ends here
  }
  const Array by_hand = U.grad().value();

  nn::zero_grad(layer);
  const auto scan = [&](std::size_t begin, std::size_t end, const auto& s) {
    return layer(slice(x, 0, static_cast<std::ptrdiff_t>(begin), static_cast<std::ptrdiff_t>(end)), s);
  };
  const auto loss = [](const Tensor& outputs, std::size_t) { return sum(outputs * outputs); };
  nn::truncated_bptt(12, layer.zero_state(1), {.k1 = 4, .k2 = 4}, scan, loss, [] {});
  const Array library = U.grad().value();

  lessons::Claims claim;
  claim("the loop is truncated_bptt with k1 = k2 = 4", lessons::same(by_hand, library));
  return claim.failed();
}
