// What does it cost to train on long sequences without the memory for them? One training step of a character model on
// T steps, on the tape as a whole and in segments of sqrt(T) steps that are run again while it is rewound
// (nn/recompute.hpp): memory, time, and whether the gradients are the same to the bit.
//
//   recompute                      T = 64 ... 4096, in half a minute
//   recompute --lengths 100000 --cell gru
//
// Memory is what a step takes from the system, beginning with nothing: the most that is held at a time, with what is
// lost between blocks. Times are medians of steps in turn. Exit code 1 if a bit differs.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "autograd/pool.hpp"
#include "examples/environment.hpp"
#include "examples/flags.hpp"
#include "nn/any_stacked.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"
#include "nn/recompute.hpp"
#include "nn/train/files.hpp"

namespace {

using namespace rw;

constexpr std::size_t V = 64, D = 32;  // symbols, and the width of their embeddings

struct Model {
  nn::Embedding embedding;
  nn::AnyStacked rnn;
  nn::Linear decoder;

  Model(const std::string& cell, std::size_t hidden, double dropout, Rng& rng)
      : embedding(V, D, rng), rnn(cell, D, hidden, 2, dropout, rng), decoder(hidden, V, rng) {}

  // Cross-entropy of the next symbols, its mean over all T steps; symbols (T + 1, B).
  nn::Segment<Tensors> loss(const IndexArray& symbols, std::size_t begin, std::size_t end, const Tensors& state) const {
    const auto [y, next] = rnn(embedding(rows(symbols, begin, end)), state);
    const auto part = static_cast<Scalar>(end - begin) / static_cast<Scalar>(symbols.shape()[0] - 1);
    return {cross_entropy(decoder(y), rows(symbols, begin + 1, end + 1)) * part, next};
  }

  void visit(auto&& f) { f("embedding", embedding), f("rnn", rnn), f("decoder", decoder); }

 private:
  static IndexArray rows(const IndexArray& symbols, std::size_t begin, std::size_t end) {
    const std::size_t B = symbols.shape()[1];
    IndexArray some(Shape{end - begin, B});
    std::copy_n(symbols.data() + begin * B, some.size(), some.data());
    return some;
  }
};

struct Step {
  std::size_t bytes = 0;
  double seconds = 0;
  Scalar loss = 0;
  std::vector<Array> gradients = {};
};

void check_same(std::size_t T, const Step& a, const Step& b) {
  if (a.loss != b.loss || a.gradients != b.gradients)
    throw Error(fmt::format("T = {}: the gradients in segments differ from those on the tape", T));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Recompute {
  std::vector<std::size_t> lengths = {64, 128, 256, 512, 1024, 2048, 4096};
  std::string cell = "lstm", json;
  std::size_t hidden = 128, batch = 16, segment = 0, repetitions = 5;
  double dropout = 0.1;
  std::uint64_t seed = 1;
  examples::MachineFlags machine{.threads = 1};

  void add_to(CLI::App& app) {
    using namespace examples;
    add_list(app, "--lengths", lengths, "Steps T of a sequence").check(number_in(1, 1e7));
    app.add_option("--cell", cell, "Recurrent cell")->check(CLI::IsMember(nn::cell_names()))->capture_default_str();
    app.add_option("--hidden", hidden, "Hidden units of each of two layers")
        ->check(at_least_1())
        ->capture_default_str();
    app.add_option("--batch", batch, "Sequences side by side")->check(at_least_1())->capture_default_str();
    app.add_option("--segment", segment, "Steps of a segment; 0: sqrt(T)")
        ->check(number_in(0, 1e7))
        ->capture_default_str();
    app.add_option("--dropout", dropout, "Between the layers")->check(number_in(0, 0.99))->capture_default_str();
    app.add_option("--repetitions", repetitions, "Timed steps of each kind")
        ->check(at_least_1())
        ->capture_default_str();
    app.add_option("--seed", seed, "Seed of all random numbers")->capture_default_str();
    app.add_option("--json", json, "File that gets the table as JSON");
    machine.add_to(app);
  }

  bool operator()() const {
    machine.apply();
    if (!json.empty()) nn::check_writable(json);
    fmt::print(
        "| T | segment | MiB on the tape | MiB in segments | ratio | s on the tape | s in segments | overhead |\n"
        "|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    nlohmann::json table = nlohmann::json::array();
    for (const std::size_t T : lengths) table.push_back(compare(T));
    fmt::print("\nthe gradients in segments are those on the tape, to the bit\n");
    if (!json.empty())
      examples::write_with_folders(json,
                                   nlohmann::json{{"rows", table}, {"machine", examples::environment()}}.dump() + "\n");
    return true;
  }

 private:
  nlohmann::json compare(std::size_t T) const {
    const std::size_t n = std::min(T, segment > 0 ? segment : nn::square_root(T));
    Rng rng(seed);
    Model model(cell, hidden, dropout, rng);
    IndexArray symbols(Shape{T + 1, batch});
    for (Index& symbol : symbols) symbol = static_cast<Index>(rng.below(V));
    const Step whole = fresh_step(model, symbols, n, false), parts = fresh_step(model, symbols, n, true);
    check_same(T, whole, parts);
    step(model, symbols, n, false);  // takes from the system what the others find in the pool
    std::vector<double> seconds, overheads;
    for (std::size_t i = 0; i < repetitions; ++i) {
      const Step a = step(model, symbols, n, false), b = step(model, symbols, n, true);
      check_same(T, a, b);
      seconds.push_back(a.seconds), overheads.push_back(b.seconds / a.seconds);
    }
    const double ratio = static_cast<double>(parts.bytes) / static_cast<double>(whole.bytes),
                 slower = median(overheads), time = median(seconds);
    const auto mib = [](const Step& s) { return std::ldexp(static_cast<double>(s.bytes), -20); };
    fmt::print("| {} | {} | {:.1f} | {:.1f} | {:.3f} | {:.4f} | {:.4f} | {:.0f} % |\n", T, n, mib(whole), mib(parts),
               ratio, time, time * slower, 100 * (slower - 1));
    examples::flush();
    return {{"T", T},         {"segment", n},    {"bytes", whole.bytes},  {"bytes_in_segments", parts.bytes},
            {"ratio", ratio}, {"seconds", time}, {"overhead", slower - 1}};
  }

  // One that begins without memory.
  Step fresh_step(Model& model, const IndexArray& symbols, std::size_t n, bool recompute) const {
    pool::trim();
    const std::size_t before = pool::taken();
    Step result = step(model, symbols, n, recompute);
    result.bytes = pool::taken() - before;
    return result;
  }

  // Of the same segments, so that dropout draws the same; each under checkpoint(), or all on the tape.
  Step step(Model& model, const IndexArray& symbols, std::size_t n, bool recompute) const {
    Rng masks(seed + 1);
    nn::set_rng(model, masks);
    nn::zero_grad(model);
    Step result;
    const auto began = std::chrono::steady_clock::now();
    {
      const std::size_t T = symbols.shape()[0] - 1;
      const auto run = [&](std::size_t begin, std::size_t end, const Tensors& state) {
        return model.loss(symbols, begin, end, state);
      };
      Tape tape;
      Tensors state = model.rnn.zero_state(batch), losses;
      if (recompute) losses = nn::in_segments(T, n, state, run, nn::generators(model)).results;
      for (std::size_t begin = 0; begin < T && !recompute; begin += n) {
        nn::Segment<Tensors> part = run(begin, std::min(begin + n, T), state);
        losses.push_back(part.result), state = std::move(part.state);
      }
      const Tensor loss = sum(stack(losses));
      tape.backward(loss);
      result.loss = loss.item();
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    for (const Tensor& p : nn::parameters(model)) result.gradients.push_back(p.grad().value());
    return result;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Training on long sequences in segments that are computed again: memory and time beside a whole tape");
  Recompute recompute;
  recompute.add_to(app);
  examples::set_work(app, std::ref(recompute));
  return examples::run(app, argc, argv);
}
