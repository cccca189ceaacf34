// What each shortcut is worth: the time of a training step without it, to that with all.
#include "autograd/levers.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/tape.hpp"
#include "autograd/workers.hpp"
#include "layers.hpp"
#include "models/char_rnn.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/module.hpp"
#include "nn/stacked.hpp"
#include "nn/train/optim.hpp"

using namespace rw;
using namespace rw::bench;

namespace {

Contestant contestant(const std::string& name, const Layers& l, const Levers& setting, bool composed = false) {
  struct Run {
    Rng rng{1};
    nn::Stacked<nn::LSTMCell> stacked;
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

// A whole step of the character model; without its own kernels the loss and the update are made of small operations.
Contestant model_step(const std::string& name, bool fused_loss, bool fused_update) {
  struct Run {
    Rng rng{1};
    models::CharRNN model{{.cell = "lstm", .vocabulary = 65, .hidden = 256, .layers = 1, .embed = 64}, rng};
    std::unique_ptr<nn::Optimizer> adam = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-3});
    IndexArray inputs{Shape{64, 32}}, targets{Shape{64, 32}};
    Run() {
      for (IndexArray* symbols : {&inputs, &targets})
        for (Index& symbol : *symbols) symbol = static_cast<Index>(rng.below(65));
    }
    void step(bool fused_loss, bool fused_update) {
      {
        Tape tape;
        const Tensor logits = model.forward(inputs, model.zero_state(32)).outputs;
        tape.backward(fused_loss ? cross_entropy(logits, targets) : -mean(pick(log_softmax(logits), targets)));
      }
      nn::clip_grad_norm(nn::parameters(model), 1);
      std::optional<Composed> guard;
      if (!fused_update) guard.emplace();
      adam->step();
      for (Tensor& p : nn::parameters(model)) p.zero_grad();
    }
  };
  return {name, [] { set_threads(1), levers() = {}; },
          [run = std::make_shared<Run>(), fused_loss, fused_update] { run->step(fused_loss, fused_update); }};
}

// A row a contestant: the first in ms, the others as their ratio to it; a column a race.
void print(const std::vector<Contestant>& contestants, const std::vector<std::vector<double>>& columns) {
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    fmt::print("| {} |", contestants[i].name);
    for (const auto& ms : columns) fmt::print(" {:.2f} |", i == 0 ? ms[0] : ms[i] / ms[0]);
    fmt::print("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = rounds_asked(argc, argv, "Training steps without one shortcut, to those with all, one thread");

  const Layers sizes[] = {{"lstm", 64, 1, 32, 25}, {"lstm", 128, 2, 50, 50}, {"lstm", 256, 1, 64, 64}};
  std::vector<Contestant> all;
  std::vector<std::vector<double>> columns;
  for (const Layers& l : sizes) {
    all = {contestant("nothing, ms", l, {}),
           contestant("packed weights", l, {.packed_weights = false}),
           contestant("one product for a weight's gradient", l, {.joined_gradients = false}),
           contestant("pooled memory", l, {.pool = false}),
           contestant("slabs of gate gradients and hidden states", l, {.slabs = false}),
           contestant("the input projected for all T at once", l, {.project_ahead = false}),
           contestant("fused formulas (each function an operation)", l, {}, true)};
    columns.push_back(race(all, rounds));
  }
  fmt::print("| an LSTM's step without | H = 64 | 128 | 256 |\n|---|---|---|---|\n");
  print(all, columns);

  all = {model_step("nothing, ms", true, true), model_step("fused cross-entropy", false, true),
         model_step("fused optimiser (each function an operation)", true, false)};
  fmt::print("\n| the character model's step without | H = 256 |\n|---|---|\n");
  print(all, {race(all, rounds)});
}
