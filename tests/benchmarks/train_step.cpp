// One training step of recurrent layers, of Rewind and of its peers, beside the machine's limit.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "autograd/precision.hpp"
#include "layers.hpp"

namespace {

using namespace rw::bench;

struct Size {
  std::size_t H, L, B, T;
};
const std::vector<Size> sizes{{64, 1, 32, 25},  {128, 2, 50, 50}, {256, 1, 64, 64},
                              {512, 2, 64, 64}, {100, 1, 17, 33}, {500, 1, 20, 35}};

struct Options {
  std::vector<std::string> cells{"lstm", "gru", "rnn"};
  std::vector<std::size_t> hidden;  // none: all sizes
  int rounds = 15;
  std::string json;
  bool model = true;
  bool bf16 = false;
  std::string only;  // the contestant to run alone, for a profiler
};

// The times of all contestants in one race, and what they mean.
nlohmann::json measure(const std::string& name, const std::vector<Contestant>& contestants, int rounds, double flops) {
  const std::vector<double> ms = race(contestants, rounds);
  nlohmann::json row{{"name", name}, {"precision", rw::name_of(rw::matmul_precision())}};
  for (std::size_t i = 0; i < ms.size(); ++i) row["ms"][contestants[i].name] = ms[i];
  const auto time = [&](const std::string& who) { return row["ms"].value(who, 0.); };
  for (const char* n : {"1", "2"}) {
    const double peak = peak_flops / time(std::string("peak ") + n);  // per ms
    row["bound"][n] = flops / peak;
    row["fraction"][n] = flops / peak / time(std::string("Rewind ") + n);
    if (const double peer = time(std::string("oneDNN ") + n); peer > 0)
      row["to_onednn"][n] = time(std::string("Rewind ") + n) / peer;
  }
  if (const double a = time("libtorch 1"), b = time("libtorch 2"); a > 0)
    row["to_libtorch"] = time("Rewind 2") / std::min(a, b);
  row["speedup"] = time("Rewind 1") / time("Rewind 2");
  return row;
}

std::vector<Contestant> contestants(const auto& model) {
  std::vector<Contestant> all;
  for (int n : {1, 2}) {
    all.push_back(sgemm_peak(n)), all.push_back(rewind_step(model, n));
#ifdef REWIND_BENCH_PEERS
    if constexpr (std::is_same_v<decltype(model), const Layers&>) all.push_back(onednn_step(model, n));
    all.push_back(torch_step(model, n));
#endif
  }
  return all;
}

std::string cell_of(const nlohmann::json& row, const char* group, const char* key, const char* format,
                    double unit = 1) {
  if (!row.contains(group) || !row[group].contains(key)) return "";
  return fmt::format(fmt::runtime(format), row[group][key].get<double>() / unit);
}

void print(const nlohmann::json& row) {
  const auto ms = [&](const char* who) { return cell_of(row, "ms", who, "{:.3g}"); };
  fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.2f} |\n", row["name"].get<std::string>(),
             ms("Rewind 1"), cell_of(row, "fraction", "1", "{:.0f} %", 0.01), ms("oneDNN 1"), ms("libtorch 1"),
             ms("Rewind 2"), cell_of(row, "fraction", "2", "{:.0f} %", 0.01), ms("oneDNN 2"), ms("libtorch 2"),
             cell_of(row, "to_onednn", "1", "{:.2f}"), cell_of(row, "to_onednn", "2", "{:.2f}"),
             row.contains("to_libtorch") ? fmt::format("{:.2f}", row["to_libtorch"].get<double>()) : "",
             row["speedup"].get<double>());
  std::fflush(stdout);
}

void run(const Options& options) {
  std::puts(
      "| cell, H, L, B, T | Rewind, 1 thread: ms | of bound | oneDNN 1 | libtorch 1 | Rewind, 2 threads: ms | of bound "
      "| oneDNN 2 | libtorch 2 | to oneDNN, 1 | to oneDNN, 2 | to libtorch's best | 2 threads to 1 |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
  nlohmann::json rows = nlohmann::json::array();
  const auto wanted = [&](std::size_t H) {
    return options.hidden.empty() || std::find(options.hidden.begin(), options.hidden.end(), H) != options.hidden.end();
  };
  const auto add = [&](const std::string& name, std::vector<Contestant> all, double flops) {
    if (!options.only.empty()) std::erase_if(all, [&](const Contestant& c) { return c.name != options.only; });
    rows.push_back(measure(name, all, options.rounds, flops));
    print(rows.back());
  };
  for (const std::string& cell : options.cells)
    for (const Size& s : sizes) {
      const Layers layers{cell, s.H, s.L, s.B, s.T};
      if (wanted(s.H))
        add(fmt::format("{}, {}, {}, {}, {}", cell, s.H, s.L, s.B, s.T), contestants(layers), layers.flops());
    }
  if (options.model) {
    const CharModel model{{"lstm", 256, 1, 32, 64}, 65, 64};
    const double h = 256, steps = 3 * 2 * 32 * 64, flops = steps * (4 * h * (64 + h) + h * 65);
    add("char-RNN, 256, 1, 32, 64", contestants(model), flops);
  }
  if (!options.json.empty()) std::ofstream(options.json) << rows.dump(1) << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Training steps of Rewind and its peers, interleaved; medians");
  app.add_option("--cells", options.cells, "lstm, gru, rnn")
      ->delimiter(',')
      ->check(CLI::IsMember({"lstm", "gru", "rnn"}));
  app.add_option("--hidden", options.hidden, "Only the sizes with this H")->delimiter(',');
  add_rounds(app, options.rounds);
  app.add_flag("!--no-model", options.model, "Leave the character model out");
  app.add_option("--only", options.only, "Run this contestant alone: for a profiler")
      ->check(CLI::IsMember(
          {"peak 1", "peak 2", "Rewind 1", "Rewind 2", "oneDNN 1", "oneDNN 2", "libtorch 1", "libtorch 2"}));
  app.add_flag("--bf16", options.bf16, "Rewind's products in bf16");
  app.add_option("--json", options.json, "File for the figures");
  parse(app, argc, argv);
  if (options.bf16) rw::set_matmul_precision(rw::Precision::bf16);
  if (options.bf16 && !rw::has_bf16()) std::fputs("note: bf16 is imitated on this processor\n", stderr);
  run(options);
}
