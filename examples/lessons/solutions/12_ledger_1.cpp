// Lesson 12, exercise 1: a wrong derivative is found with the ledger, and where it is wrong is told by the pattern.
//
//   p = U h_{k-1},  h_k = tanh(x_k + p):   three rules, of which one is 0.9 of what it should be
#include <fmt/format.h>

#include <cmath>

#include "autograd/ops.hpp"
#include "autograd/record.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/study/ledger.hpp"

using namespace rw;

constexpr std::size_t T = 6, H = 3;
const char* const faults[] = {"none", "tanh", "product, for h", "product, for U"};

struct Network {
  std::size_t fault;
  Array x, U;

  double factor(std::size_t rule) const { return rule == fault ? 0.9 : 1; }
  Tensor squash(const Tensor& a) const {
    return record("tanh", tanh(detach(a)).value(),
                  wrt(a, [c = factor(1)](const Tensor& y, const Tensor& dy) { return c * dy * (1 - y * y); }));
  }
  Tensor product(const Tensor& h, const Tensor& w) const {
    return record("product", matmul(detach(h), detach(w), {.b = true}).value(),
                  wrt(h, [w, c = factor(2)](const Tensor& dy) { return c * matmul(dy, w); }),
                  wrt(w, [h, c = factor(3)](const Tensor& dy) { return c * matmul(dy, h, {.a = true}); }));
  }
  Tensors losses(const Tensors& use) const {
    Tensors all;
    Tensor h = Array(Shape{1, H}, 0.5);
    for (std::size_t k = 0; k < T; ++k) {
      const Scope scope("t", static_cast<std::ptrdiff_t>(k));
      h = squash(product(h, use[k]) + share(x, {1, H}, k * H));
      all.push_back(0.5 * sum(h * h));
    }
    return all;
  }
  // Of loss t when U changes at step k alone.
  double difference(std::size_t t, std::size_t k, std::size_t element) const {
    const auto loss_with = [&](double e) {
      Array changed = U;
      changed.data()[element] += e;
      Tensors use(T, Tensor(U));
      use[k] = changed;
      return losses(use)[t].item();
    };
    return (loss_with(1e-5) - loss_with(-1e-5)) / 2e-5;
  }
};

// How many times too large the parts are at distance d = t - k: the best fit to the differences, over all t.
std::vector<double> ratios(const Network& net) {
  const Tensor U = parameter(net.U);
  const auto ledger =
      nn::make_ledger({{"U", U}}, [&] { return net.losses(Tensors(T, U)); }, {.truncations = {}, .keep_parts = true});
  std::vector<double> fit;
  for (std::size_t d = 0; d < T; ++d) {
    double product = 0, square = 0;
    for (std::size_t t = d; t < T; ++t)
      for (std::size_t i = 0; i < H * H; ++i) {
        const double n = net.difference(t, t - d, i);
        product += n * ledger.accounts[0].parts.data()[(t * (T + 1) + t - d) * H * H + i], square += n * n;
      }
    fit.push_back(product / square);
  }
  return fit;
}

// The diagonal (d = 0) has met tanh and U's rule once; each step of distance adds tanh and h's rule once.
std::size_t diagnosis(const std::vector<double>& ratio) {
  const bool diagonal = std::abs(ratio[0] - 1) < 1e-6, step = std::abs(ratio[1] / ratio[0] - 1) < 1e-6;
  return diagonal ? (step ? 0 : 2) : (step ? 3 : 1);
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  const Array x = rng.normal({T, H}), U = rng.normal({H, H}, 0, 0.6);
  bool all = true;
  fmt::print("{:<16}", "wrong rule");
  for (std::size_t d = 0; d < T; ++d) fmt::print("  d = {}", d);
  fmt::print("   diagnosis\n");
  for (std::size_t fault = 0; fault < 4; ++fault) {
    const std::vector<double> ratio = ratios({fault, x, U});
    fmt::print("{:<16}", faults[fault]);
    for (const double r : ratio) fmt::print("{:7.3f}", r);
    fmt::print("   {}\n", faults[diagnosis(ratio)]);
    all = all && diagnosis(ratio) == fault;
  }
  claim("each is found, in the right place", all);
  return claim.failed();
}
