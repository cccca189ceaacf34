// What a small operation costs, in ns: computed; computed and recorded; forward and backward.
#include <fmt/format.h>

#include "layers.hpp"

using namespace rw::bench;

int main(int argc, char** argv) {
  const int rounds = rounds_asked(argc, argv, "ns of one addition, in chains of a thousand");

  fmt::print("| addition | Rewind | libtorch | libtorch to Rewind |\n|---|---|---|---|\n");
  const std::pair<Work, const char*> works[] = {
      {Work::forward, "forward"}, {Work::recorded, "forward, recorded"}, {Work::backward, "forward and backward"}};
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{1, 16}, {32, 64}})
    for (const auto& [work, name] : works) {
      std::vector<Contestant> all{rewind_additions(rows, columns, work)};
#ifdef REWIND_BENCH_PEERS
      all.push_back(torch_additions(rows, columns, work));
#endif
      std::vector<double> ns = race(all, rounds);
      for (double& time : ns) time *= 1e6 / chain;
      fmt::print("| {} x {}, {} | {:.0f} |", rows, columns, name, ns[0]);
      if (ns.size() > 1)
        fmt::print(" {:.0f} | {:.1f} |\n", ns[1], ns[1] / ns[0]);
      else
        fmt::print(" | |\n");
    }
}
