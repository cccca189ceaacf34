// Lesson 12, exercise 2: the ledgers of an RNN and of an LSTM with forget bias 3, over T = 24 steps: how many diagonals
// does it take until the gradient points the right way?
#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/cells/rnn_cell.hpp"
#include "nn/recurrent.hpp"
#include "nn/study/ledger.hpp"

using namespace rw;

constexpr std::size_t T = 24;

template <class Cell>
nn::Ledger ledger_of(nn::Recurrent<Cell>& layer) {
  Rng rng(2);
  const Array x = rng.normal({T, 1, 4});
  return nn::make_ledger(nn::named_parameters(layer), [&] {
    Tensors losses;
    for (const Tensor& h : unbind(layer(x).outputs)) losses.push_back(0.5 * sum(h * h));
    return losses;
  });
}

// The smallest k2 with an angle below 5 degrees.
std::size_t needed(const nn::Ledger& ledger) {
  std::size_t k2 = 1;
  while (ledger.by_distance[k2 - 1].angle >= 5) ++k2;
  return k2;
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  nn::Recurrent<nn::RNNCell> rnn(4, 8, rng);
  nn::Recurrent<nn::LSTMCell> lstm(4, 8, rng);
  lstm.cell.set_forget_bias(3);
  const nn::Ledger r = ledger_of(rnn), l = ledger_of(lstm);

  fmt::print("part of the last loss, relative to d = 0\n{:<8}", "");
  for (const std::size_t d : {1, 5, 10, 20}) fmt::print("{:>8} {:<2}", "d =", d);
  for (const nn::Ledger* ledger : {&r, &l}) {
    fmt::print("\n{:<8}", ledger == &r ? "RNN" : "LSTM");
    for (const std::size_t d : {1, 5, 10, 20})
      fmt::print("{:>11.1e}", ledger->norms(T - 1, T - 1 - d) / ledger->norms(T - 1, T - 1));
  }
  fmt::print("\nwithin 5 degrees with k2 = {} (RNN), {} (LSTM)\n", needed(r), needed(l));
  claim("both ledgers balance, within 1e-12", r.residual < 1e-12 && l.residual < 1e-12);
  claim("the LSTM needs more", needed(l) > needed(r));
  return claim.failed();
}
