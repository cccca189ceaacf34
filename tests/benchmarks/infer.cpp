// LSTM layers fed one token at a time, without a tape: us per token on one thread.
#include <fmt/format.h>

#include "layers.hpp"

using namespace rw::bench;

int main(int argc, char** argv) {
  const int rounds = rounds_asked(argc, argv, "us per token of LSTM inference, batch 1, one thread");

  fmt::print("| H, L | Rewind | oneDNN | libtorch | to oneDNN |\n|---|---|---|---|---|\n");
  for (const auto& [H, L] : {std::pair<std::size_t, std::size_t>{64, 1}, {128, 2}, {256, 1}, {512, 2}}) {
    const Layers layers{"lstm", H, L, 1, 1};
    std::vector<Contestant> all{rewind_inference(layers)};
#ifdef REWIND_BENCH_PEERS
    all.push_back(onednn_inference(layers)), all.push_back(torch_inference(layers));
#endif
    const std::vector<double> ms = race(all, rounds);
    fmt::print("| {}, {} | {:.1f} |", H, L, ms[0] * 1e3);
    if (ms.size() > 1)
      fmt::print(" {:.1f} | {:.1f} | {:.2f} |\n", ms[1] * 1e3, ms[2] * 1e3, ms[0] / ms[1]);
    else
      fmt::print(" | | |\n");
  }
}
