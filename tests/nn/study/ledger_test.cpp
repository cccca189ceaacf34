#include "nn/study/ledger.hpp"

#include "nn/bidirectional.hpp"
#include "nn/cells/gru_cell.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/cells/rnn_cell.hpp"
#include "nn/stacked.hpp"
#include "tests/nn/study/by_hand.hpp"
#include "tests/support.hpp"

using namespace rw;
using Catch::Contains;

namespace {

constexpr std::size_t T = 7, D = 3, H = 4;
const double exact = sizeof(Scalar) == 8 ? 1e-12 : 1e-4;

// A cell that the library does not have: h' = h / 2 + tanh(...) / 2
struct LeakyCell : nn::RNNCell {
  static constexpr const char* name = "leaky";
  using RNNCell::RNNCell;
  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    return {(s.h + tanh(affine(h_prev, weight_hh, x))) * Scalar(0.5)};
  }
};

struct Data {
  Array x, y;  // (T, 1, D), (T, width)
  Data(std::size_t width, Rng& rng) : x(rng.normal({T, 1, D})), y(rng.normal({T, width})) {}
};

// L_t = |output_t - y_t|^2 / 2
Tensors losses_of(const Tensor& outputs, const Array& y, std::size_t begin = 0) {
  Tensors losses;
  const Tensors steps = unbind(outputs);
  for (std::size_t t = 0; t < steps.size(); ++t) {
    const Tensor error = steps[t] - share(y, {1, y.shape()[1]}, (begin + t) * y.shape()[1]);
    losses.push_back(sum(error * error) * Scalar(0.5));
  }
  return losses;
}

double relative(const Array& a, const Array& b) {
  REQUIRE(a.shape() == b.shape());
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a.data()[i]), y = static_cast<double>(b.data()[i]);
    difference += (x - y) * (x - y), size += y * y;
  }
  return std::sqrt(difference / size);
}

// The parts of loss t used at step k, over all t and k that `counts` says.
template <class Counts>
Array sum_of_parts(const nn::Ledger& ledger, std::size_t w, const Counts& counts) {
  const nn::Ledger::Account& account = ledger.accounts[w];
  Array total(account.gradient.shape(), Scalar(0));
  const std::size_t steps = ledger.steps();
  for (std::size_t t = 0; t < steps; ++t)
    for (std::size_t k = 0; k <= steps; ++k)
      for (std::size_t i = 0; counts(t, k) && i < total.size(); ++i)
        total.data()[i] += account.parts.data()[(t * (steps + 1) + k) * total.size() + i];
  return total;
}

by_hand::Sequence rows(const Array& x, std::size_t width) {
  by_hand::Sequence all(T);
  for (std::size_t t = 0; t < T; ++t) all[t].assign(x.data() + t * width, x.data() + (t + 1) * width);
  return all;
}
by_hand::Weights weights_of(const auto& cell) {
  return {cell.weight_ih.value(), cell.weight_hh.value(), cell.bias_ih.value(), cell.bias_hh.value()};
}
by_hand::Sequence errors(const by_hand::Sequence& outputs, const Array& y) {
  by_hand::Sequence d = rows(y, y.shape()[1]);
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t i = 0; i < d[t].size(); ++i) d[t][i] = outputs[t][i] - d[t][i];
  return d;
}

template <class Layer>
nn::Ledger ledger_of(Layer& layer, const Data& data, const nn::LedgerOptions& options = {.keep_parts = true}) {
  return nn::make_ledger(
      nn::named_parameters(layer), [&] { return losses_of(layer(data.x).outputs, data.y); }, options);
}

void check_account(const nn::Ledger& ledger, std::size_t w, const Array& by_hand) {
  INFO(ledger.accounts[w].name);
  const auto all = [](std::size_t, std::size_t) { return true; };
  CHECK(relative(sum_of_parts(ledger, w, all), by_hand) < exact);
  CHECK(relative(ledger.accounts[w].gradient, by_hand) < exact);
}
void check_accounts(const nn::Ledger& ledger, std::size_t first, const by_hand::Weights& gradient) {
  check_account(ledger, first, gradient.ih), check_account(ledger, first + 1, gradient.hh);
  check_account(ledger, first + 2, gradient.bias_ih), check_account(ledger, first + 3, gradient.bias_hh);
}

template <class Cell>
void check_cell(const by_hand::Cell& hand) {
  Rng rng(1);
  nn::Recurrent<Cell> layer(D, H, rng);
  const Data data(H, rng);
  const nn::Ledger ledger = ledger_of(layer, data);
  CHECK(ledger.residual < exact);

  by_hand::Layer same(hand, weights_of(layer.cell));
  same.backward(errors(same.forward(rows(data.x, D)), data.y));
  check_accounts(ledger, 0, same.gradient);
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t k = 0; k <= T; ++k) CHECK((ledger.norms(t, k) > 0) == (k <= t));
}

template <class Cell>
void check_truncations() {
  Rng rng(3);
  nn::Recurrent<Cell> layer(D, H, rng);
  const Data data(H, rng);
  const auto grid = nn::truncation_grid(T);
  const nn::Ledger ledger = ledger_of(layer, data, {.truncations = grid, .keep_parts = true});
  REQUIRE(ledger.truncated.size() == grid.size());
  for (const nn::TruncatedGradient& cut : ledger.truncated) {
    const auto [k1, k2] = cut.k;
    INFO("k1 = " << k1 << ", k2 = " << k2);
    nn::zero_grad(layer);
    const auto scan = [&](std::size_t begin, std::size_t end, const auto& state) {
      return layer(share(data.x, {end - begin, 1, D}, begin * D), state);
    };
    const auto loss = [&](const Tensor& outputs, std::size_t begin) {
      Tensor total = Scalar(0);
      for (const Tensor& l : losses_of(outputs, data.y, begin)) total = total + l;
      return total;
    };
    nn::truncated_bptt(T, layer.zero_state(1), cut.k, scan, loss, [] {});
    const auto named = nn::named_parameters(layer);
    for (std::size_t w = 0; w < named.size(); ++w) {
      CHECK(relative(cut.gradients[w], named[w].second.grad().value()) < exact);
      const auto counts = [&, a = k1, b = k2](std::size_t t, std::size_t k) {
        return k + b >= (t / a + 1) * a && k < T;
      };
      CHECK(relative(sum_of_parts(ledger, w, counts), cut.gradients[w]) < exact);
    }
    if (k1 == 1) CHECK(cut.likeness.norm_ratio == Approx(ledger.by_distance[k2 - 1].norm_ratio));
    if (k2 == T && k1 == T) CHECK(cut.likeness.angle < (sizeof(Scalar) == 8 ? 1e-9 : 1e-2));
  }
}

}  // namespace

TEST_CASE("the ledger's sums are the gradients derived by hand") {
  SECTION("rnn") { check_cell<nn::RNNCell>(by_hand::rnn()); }
  SECTION("lstm") { check_cell<nn::LSTMCell>(by_hand::lstm()); }
  SECTION("gru") { check_cell<nn::GRUCell>(by_hand::gru()); }
  SECTION("a user's cell") { check_cell<LeakyCell>(by_hand::leaky()); }
}

TEST_CASE("the ledger of a stack of two bidirectional layers") {
  Rng rng(2);
  nn::Stacked<nn::GRUCell, nn::Bidirectional> stack(D, H, 2, 0, rng);
  const Data data(2 * H, rng);
  const nn::Ledger ledger = ledger_of(stack, data);
  CHECK(ledger.residual < exact);

  std::vector<by_hand::Layer> hand;
  for (const auto& layer : stack.layers) {
    hand.emplace_back(by_hand::gru(), weights_of(layer.forward.cell));
    hand.emplace_back(by_hand::gru(), weights_of(layer.backward.cell), true);
  }
  const auto both = [](by_hand::Sequence a, const by_hand::Sequence& b) {
    for (std::size_t t = 0; t < T; ++t) a[t].insert(a[t].end(), b[t].begin(), b[t].end());
    return a;
  };
  by_hand::Sequence x = rows(data.x, D);
  for (std::size_t l = 0; l < 2; ++l) x = both(hand[2 * l].forward(x), hand[2 * l + 1].forward(x));
  by_hand::Sequence d = errors(x, data.y);
  for (std::size_t l = 2; l-- > 0;) {
    by_hand::Sequence there(T), back(T);
    for (std::size_t t = 0; t < T; ++t)
      there[t].assign(d[t].begin(), d[t].begin() + H), back[t].assign(d[t].begin() + H, d[t].end());
    d = hand[2 * l].backward(there);
    const by_hand::Sequence more = hand[2 * l + 1].backward(back);
    for (std::size_t t = 0; t < T; ++t)
      for (std::size_t i = 0; i < d[t].size(); ++i) d[t][i] += more[t][i];
  }
  for (std::size_t i = 0; i < 4; ++i) check_accounts(ledger, 4 * i, hand[i].gradient);
  CHECK(ledger.norms(0, T - 1) > 0);  // the last step is used for the first loss, on the way back
}

TEST_CASE("cutting the ledger at k2 is truncated back-propagation with k2") {
  SECTION("rnn") { check_truncations<nn::RNNCell>(); }
  SECTION("lstm") { check_truncations<nn::LSTMCell>(); }
  SECTION("gru") { check_truncations<nn::GRUCell>(); }
  SECTION("a user's cell") { check_truncations<LeakyCell>(); }
}

TEST_CASE("shares sum to 1, norms are those of the parts") {
  Rng rng(4);
  nn::Recurrent<nn::GRUCell> layer(D, H, rng);
  const Data data(H, rng);
  const nn::Ledger ledger = ledger_of(layer, data);
  double shares = 0;
  for (std::size_t i = 0; i < ledger.shares.size(); ++i) shares += static_cast<double>(ledger.shares.data()[i]);
  CHECK(shares == Approx(1));
  double squares = 0;
  for (const auto& account : ledger.accounts) squares += std::pow(static_cast<double>(account.norms(5, 2)), 2);
  CHECK(static_cast<double>(ledger.norms(5, 2)) == Approx(std::sqrt(squares)));
  CHECK(ledger.by_distance.back().norm_ratio == Approx(1));
  const Array& parts = ledger.accounts[0].parts;
  CHECK(parts.shape() == Shape{T, T + 1, 3 * H, D});
}

TEST_CASE("a weight outside the steps stands in the last column; a step may have no loss") {
  Rng rng(5);
  nn::Recurrent<nn::RNNCell> layer(D, H, rng);
  const Data data(H, rng);
  const Tensor scale = parameter(Array(Shape{}, Scalar(2)));
  auto named = nn::named_parameters(layer);
  named.emplace_back("scale", scale);
  named.emplace_back("a constant", Tensor(Scalar(1)));
  const nn::Ledger ledger = nn::make_ledger(named, [&] {
    Tensors losses = losses_of(layer(data.x).outputs * scale, data.y);
    for (std::size_t t = 0; t + 1 < T; ++t) losses[t] = Tensor();
    return losses;
  });
  REQUIRE(ledger.accounts.size() == 5);
  CHECK(ledger.accounts[4].norms(T - 1, T) > 0);
  CHECK(ledger.accounts[4].norms(T - 1, T - 1) == 0);
  CHECK(ledger.norms(T - 2, 0) == 0);
  CHECK(ledger.losses[0] == 0);
  CHECK(ledger.residual < exact);
}

TEST_CASE("what cannot be split is said") {
  Rng rng(6);
  nn::Recurrent<nn::RNNCell> layer(D, H, rng);
  const Data data(H, rng);
  const auto named = nn::named_parameters(layer);
  const auto none = [&] { return Tensors(T); };
  CHECK_THROWS_WITH(nn::make_ledger({}, none), Contains("[ledger] no weight needs a gradient"));
  CHECK_THROWS_WITH(nn::make_ledger(named, none), Contains("[ledger] no step has a loss"));
  const auto last = [&] { return Tensors{losses_of(layer(data.x).outputs, data.y).back()}; };
  CHECK_THROWS_WITH(nn::make_ledger(named, last), Contains("'rnn/t=6' is a step beyond the 1 that have a loss"));
  CHECK_THROWS_WITH(nn::make_ledger(named, last, {.truncations = {{3, 2}}}), Contains("k1 = 3, k2 = 2"));
  CHECK(levers().project_ahead);  // as it was, after an error too
}
