// How far back does each cell remember? The adding problem and the copy task over longer and longer gaps, every
// cell with the same number of parameters.
//
//   memory_tasks train --out DIR     trains every cell, problem, gap and seed that DIR does not hold yet
//   memory_tasks table --out DIR     the table of what DIR holds
//
// The loss of a run is its best of ten validations, on 512 sequences that are never trained on.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "examples/cases.hpp"
#include "examples/cli.hpp"
#include "models/memory_task.hpp"

namespace {

using namespace rw;

struct Train {
  examples::CaseFlags flags{.out = {}, .cells = nn::cell_names(), .parameters = 5000, .steps = 1000};
  std::vector<std::string> problems = {"adding", "copy"};
  std::vector<std::size_t> lengths = {50, 100, 200, 400};
  std::size_t batch = 32;
  double lr = 1e-2;

  void add_to(CLI::App& verb) {
    flags.add_to(verb);
    examples::add_list(verb, "--problems", problems, "adding, copy").check(CLI::IsMember({"adding", "copy"}));
    examples::add_list(verb, "--lengths", lengths, "Gaps T, in steps").check(examples::number_in(2, 1e6));
    verb.add_option("--batch", batch, "Sequences of a step")->check(examples::at_least_1())->capture_default_str();
    verb.add_option("--lr", lr, "Learning rate")->check(examples::number_in(0, 1e3, true))->capture_default_str();
  }

  bool operator()() const {
    flags.machine.apply();
    const examples::CaseFolder folder("memory_tasks", flags.out);
    const std::vector<examples::Case> all = cases();
    folder.claim(flags, {{"batch", batch}, {"lr", lr}});
    return folder.train(all, [](const nlohmann::json& r) {
      return fmt::format("loss {:.4f}, who remembers nothing has {:.4f}; {:.0f} s", r.at("loss").get<double>(),
                         r.at("baseline").get<double>(), r.at("seconds").get<double>());
    });
  }

 private:
  std::vector<examples::Case> cases() const {
    std::vector<examples::Case> all;
    for (const std::string& problem : problems)
      for (const std::string& cell : flags.cells) {
        models::MemoryConfig config{.problem = problem, .cell = cell, .batch = batch};
        config.hidden = models::hidden_for_budget(config, flags.parameters);
        for (const std::size_t T : lengths)
          for (const std::uint64_t seed : flags.seeds) {
            config.T = T;
            all.push_back({fmt::format("{}-{}-{}-{}", problem, cell, T, seed),
                           fmt::format("{}, {}, T = {}, seed {}", problem, cell, T, seed),
                           [=, this](const std::string& directory) { return train(config, seed, directory); }});
          }
      }
    return all;
  }

  std::optional<nlohmann::json> train(const models::MemoryConfig& config, std::uint64_t seed,
                                      const std::string& directory) const {
    Rng rng(seed);
    models::MemoryModel model(config, rng);
    models::MemoryTask task(model, config, rng);
    nlohmann::json report = {{"problem", config.problem},
                             {"cell", config.cell},
                             {"T", config.T},
                             {"hidden", config.hidden},
                             {"seed", seed},
                             {"baseline", models::memory_baseline(config)},
                             {"steps", flags.steps},
                             {"parameters", nn::count_parameters(model)}};
    const nn::TrainingResult result =
        examples::train_case(task, lr, {.directory = directory, .steps = flags.steps, .clip = 1}, report);
    if (result.interrupted) return {};
    if (report.contains("diverged")) return report;
    report["loss"] = result.best_loss, report["seconds"] = result.seconds;
    return report;
  }
};

// The results of one problem.
struct Results {
  static constexpr double diverged = std::numeric_limits<double>::infinity();
  struct Row {
    std::size_t hidden = 0, parameters = 0;
    std::map<std::size_t, std::vector<double>> losses;  // by T
  };
  std::map<std::string, Row> rows;          // by cell
  std::map<std::size_t, double> baselines;  // by T

  void add(const nlohmann::json& r) {
    Row& row = rows[r.at("cell")];
    row.hidden = r.at("hidden"), row.parameters = r.at("parameters");
    row.losses[r.at("T")].push_back(r.value("loss", diverged));
    baselines[r.at("T")] = r.at("baseline");
  }

  void print(const std::string& problem) const {
    fmt::print("| {} | H | parameters |", problem);
    for (const auto& [T, baseline] : baselines) fmt::print(" T = {} |", T);
    fmt::print("\n|---|---|---|");
    for (std::size_t i = 0; i < baselines.size(); ++i) fmt::print("---|");
    fmt::print("\n| remembers nothing | | |");
    for (const auto& [T, baseline] : baselines) fmt::print(" {:.4f} |", baseline);
    for (const auto& [cell, row] : rows) {
      fmt::print("\n| {} | {} | {} |", cell, row.hidden, row.parameters);
      for (const auto& [T, baseline] : baselines) fmt::print(" {} |", of_seeds(row, T));
    }
    fmt::print("\n\n");
  }

 private:
  // Median (best to worst); inf: it diverged.
  static std::string of_seeds(const Row& row, std::size_t T) {
    const auto found = row.losses.find(T);
    if (found == row.losses.end()) return "";
    std::vector<double> losses = found->second;
    std::sort(losses.begin(), losses.end());
    const double median = (losses[(losses.size() - 1) / 2] + losses[losses.size() / 2]) / 2;
    return fmt::format("{:.4f} ({:.4f} to {:.4f})", median, losses.front(), losses.back());
  }
};

struct Table {
  std::string out;

  bool operator()() const {
    std::map<std::string, Results> problems;
    examples::CaseFolder("memory_tasks", out).results([&](const auto& reports) {
      for (const nlohmann::json& report : reports) problems[report.at("problem")].add(report);
    });
    for (const auto& [problem, results] : problems) results.print(problem);
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("How far back does each cell remember?");
  Train train;
  train.add_to(examples::add_verb(app, "train", "Train what --out does not hold yet", std::ref(train)));

  Table table;
  CLI::App& table_verb =
      examples::add_verb(app, "table", "Print the results: median (best to worst seed)", std::ref(table));
  table_verb.add_option("--out", table.out, "Folder of the results")->required();
  return examples::run(app, argc, argv);
}
