// How time and memory of a training step grow with T, with B and with the threads: one LSTM layer, H = 128.
#include <fmt/format.h>

#include "autograd/rng.hpp"
#include "autograd/tape.hpp"
#include "layers.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/recurrent.hpp"

using namespace rw::bench;

namespace {

// Bytes that a tape holds after the forward run of these layers, their outputs being read by what comes next.
std::size_t tape_bytes(const Layers& l) {
  rw::Rng rng(1);
  const rw::nn::Recurrent<rw::nn::LSTMCell> layer(l.H, l.H, rng);
  const rw::Tensor x = rng.normal({l.T, l.B, l.H});
  rw::Tape tape;
  const auto run = layer(x);
  return tape.bytes();
}

void print_growth(const std::string& what, std::vector<Layers> sizes, int rounds) {
  fmt::print(
      "| {} | ms, 1 thread | to half of it | ms, 2 threads | tape, MiB | to half of it | bytes a step and unit |\n",
      what);
  fmt::print("|---|---|---|---|---|---|---|\n");
  std::vector<Contestant> all;
  for (const Layers& l : sizes) all.push_back(rewind_step(l, 1)), all.push_back(rewind_step(l, 2));
  const std::vector<double> ms = race(all, rounds);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const Layers& l = sizes[i];
    const auto bytes = static_cast<double>(tape_bytes(l));
    const auto to_half = [&](double value, double half) { return i == 0 ? "" : fmt::format("{:.2f}", value / half); };
    fmt::print("| {} | {:.2f} | {} | {:.2f} | {:.2f} | {} | {:.1f} |\n", what == "T" ? l.T : l.B, ms[2 * i],
               to_half(ms[2 * i], i > 0 ? ms[2 * i - 2] : 1), ms[2 * i + 1], bytes / (1 << 20),
               to_half(bytes, i > 0 ? static_cast<double>(tape_bytes(sizes[i - 1])) : 1),
               bytes / static_cast<double>(l.T * l.B * l.H));
  }
  fmt::print("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = rounds_asked(argc, argv, "Growth of a training step with T and B");

  std::vector<Layers> longer, wider;
  for (std::size_t n = 1; n <= 16; n *= 2) {
    longer.push_back({"lstm", 128, 1, 32, 25 * n});
    wider.push_back({"lstm", 128, 1, 16 * n, 50});
  }
  print_growth("T", longer, rounds);
  print_growth("B", wider, rounds);
}
