// Lesson 12: reading the ledger. A weight is used at every step k and every step t has a loss; the gradient is a sum
// over both, and the ledger has its parts.
//
//   h_k = tanh(W x_k + U h_{k-1}),   L_t = |h_t - y_t|^2 / 2        dL/dU = sum_t sum_k dL_t / dU[used at k]
#include <fmt/format.h>

#include <cmath>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/study/ledger.hpp"

using namespace rw;

constexpr std::size_t T = 6, D = 2, H = 3;

struct Network {
  Tensor W, U;
  Array x, y;  // (T, D), (T, H)

  explicit Network(Rng& rng)
      : W(parameter(rng.normal({H, D}))),
        U(parameter(rng.normal({H, H}, 0, 0.6))),
        x(rng.normal({T, D})),
        y(rng.normal({T, H}, 0, 0.5)) {}

  // The loss of each step; `use[k]` is the U that step k uses. The scope tells the ledger which step it is.
  Tensors losses(const Tensors& use) const {
    Tensors all;
    Tensor h = Array(Shape{1, H}, 0.);
    for (std::size_t k = 0; k < T; ++k) {
      const Scope scope("t", static_cast<std::ptrdiff_t>(k));
      h = tanh(affine(h, use[k], affine(share(x, {1, D}, k * D), W, Tensor())));
      const Tensor error = h - share(y, {1, H}, k * H);
      all.push_back(0.5 * sum(error * error));
    }
    return all;
  }
};

Array part(const nn::Ledger::Account& account, std::size_t t, std::size_t k) {
  return share(account.parts, {H, H}, (t * (T + 1) + k) * H * H);
}

// What a part means: move U at step k alone, and see how the loss of step t changes.
Array by_difference(const Network& net, std::size_t t, std::size_t k) {
  Array g(Shape{H, H});
  for (std::size_t i = 0; i < H * H; ++i) {
    const auto loss_with = [&](double e) {
      Array changed = net.U.value();
      changed.data()[i] += e;
      Tensors use(T, detach(net.U));
      use[k] = changed;
      return net.losses(use)[t].item();
    };
    g.data()[i] = (loss_with(1e-5) - loss_with(-1e-5)) / 2e-5;
  }
  return g;
}

// The same network, its walks back cut by hand: before step t, all but the last k2 uses are constants.
Array truncated_by_hand(const Network& net, std::size_t k2) {
  Array total(Shape{H, H}, 0.);
  for (std::size_t t = 0; t < T; ++t) {
    Tensors use(T, net.U);
    for (std::size_t k = 0; k + k2 <= t; ++k) use[k] = detach(net.U);
    Tape tape;
    const Array g = tape.grad({net.losses(use)[t]}, {net.U})[0].value();
    for (std::size_t i = 0; i < g.size(); ++i) total.data()[i] += g.data()[i];
  }
  return total;
}

int main() {
  lessons::Claims claim;
  Rng rng(3);
  const Network net(rng);
  const nn::Ledger ledger = nn::make_ledger({{"W", net.W}, {"U", net.U}}, [&] { return net.losses(Tensors(T, net.U)); },
                                            {.truncations = {{1, 2}, {1, 4}}, .keep_parts = true});
  const nn::Ledger::Account& U = ledger.accounts[1];

  fmt::print("|part| of dL/dU    used at step k\n loss of");
  for (std::size_t k = 0; k < T; ++k) fmt::print("   k = {}", k);
  for (std::size_t t = 0; t < T; ++t) {
    fmt::print("\n   t = {} ", t);
    for (std::size_t k = 0; k <= t; ++k) fmt::print("{:8.3f}", U.norms(t, k));
  }
  fmt::print("\n\n");
  claim("the parts sum to the engine's gradient, within 1e-12", ledger.residual < 1e-12);
  bool right = true;
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t k = 0; k <= t; ++k)
      right = right && lessons::distance(part(U, t, k), by_difference(net, t, k)) < 1e-8;
  claim("each part is what a difference says", right);

  fmt::print("\nkept: t - k <     norm/whole   angle\n");
  for (std::size_t d = 1; d <= T; ++d)
    fmt::print("{:>13}{:>15.2f}{:>8.1f}\n", d, ledger.by_distance[d - 1].norm_ratio, ledger.by_distance[d - 1].angle);
  claim("two diagonals: the gradient cut after k2 = 2",
        lessons::same(ledger.truncated[0].gradients[1], truncated_by_hand(net, 2)));
  claim("four diagonals: the gradient cut after k2 = 4",
        lessons::same(ledger.truncated[1].gradients[1], truncated_by_hand(net, 4)));
  return claim.failed();
}
