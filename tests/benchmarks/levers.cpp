// What each shortcut is worth: the time of an LSTM's training step without it, to that with all.
#include "autograd/levers.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "autograd/pointwise.hpp"
#include "autograd/tape.hpp"
#include "autograd/workers.hpp"
#include "layers.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/module.hpp"
#include "nn/stacked.hpp"

using namespace rw;
using namespace rw::bench;

namespace {

// The same cell with the input projected step by step.
struct LateProjection : nn::LSTMCell {
  using nn::LSTMCell::LSTMCell;
  Tensor project(const Tensor& x) const { return x; }
  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    return nn::LSTMCell::step(nn::LSTMCell::project(x), s, h_prev);
  }
};

template <class Cell>
Contestant contestant(const std::string& name, const Layers& l, const Levers& setting, bool composed = false) {
  struct Run {
    Rng rng{1};
    nn::Stacked<Cell> stacked;
    Tensor x, dy;
    explicit Run(const Layers& s)
        : stacked(s.H, s.H, s.L, 0., rng), x(parameter(rng.normal({s.T, s.B, s.H}))), dy(rng.normal({s.T, s.B, s.H})) {}
  };
  return {name, [setting] { set_threads(1), levers() = setting; },
          [run = std::make_shared<Run>(l), composed] {
            std::optional<Composed> guard;
            if (composed) guard.emplace();
            for (Tensor& p : nn::parameters(run->stacked)) p.mutate(), p.zero_grad();
            run->x.zero_grad();
            Tape tape;
            tape.backward(run->stacked(run->x).outputs, run->dy);
          }};
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds =
      rounds_asked(argc, argv, "Training steps of an LSTM without one shortcut, to those with all, one thread");

  const Layers sizes[] = {{"lstm", 64, 1, 32, 25}, {"lstm", 128, 2, 50, 50}, {"lstm", 256, 1, 64, 64}};
  fmt::print("| without | H = 64 | 128 | 256 |\n|---|---|---|---|\n");
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;
  for (const Layers& l : sizes) {
    const std::vector<Contestant> all{
        contestant<nn::LSTMCell>("nothing, ms", l, {}),
        contestant<nn::LSTMCell>("packed weights", l, {.packed_weights = false}),
        contestant<nn::LSTMCell>("one product for a weight's gradient", l, {.joined_gradients = false}),
        contestant<nn::LSTMCell>("pooled memory", l, {.pool = false}),
        contestant<nn::LSTMCell>("slabs of gate gradients and hidden states", l, {.slabs = false}),
        contestant<LateProjection>("the input projected for all T at once", l, {}),
        contestant<nn::LSTMCell>("fused formulas (each function an operation)", l, {}, true)};
    columns.push_back(race(all, rounds));
    names.clear();
    for (const Contestant& c : all) names.push_back(c.name);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    fmt::print("| {} |", names[i]);
    for (const auto& ms : columns) fmt::print(" {:.2f} |", i == 0 ? ms[0] : ms[i] / ms[0]);
    fmt::print("\n");
  }
}
