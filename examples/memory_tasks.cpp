// How far back does each cell remember? The adding problem and the copy task over longer and longer gaps, every
// cell with the same number of parameters.
//
//   memory_tasks train --out DIR     trains every cell, problem, gap and seed that DIR does not hold yet
//   memory_tasks table --out DIR     the table of what DIR holds
//
// The loss of a run is its best of ten validations, on 512 sequences that are never trained on.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "examples/cli.hpp"
#include "models/memory_task.hpp"
#include "nn/train/checkpoint.hpp"
#include "nn/train/files.hpp"

namespace {

using namespace rw;
namespace fs = std::filesystem;

struct Case {
  models::MemoryConfig config;
  std::uint64_t seed;
  std::string directory(const std::string& out) const {
    return fmt::format("{}/{}-{}-{}-{}", out, config.problem, config.cell, config.T, seed);
  }
};

nlohmann::json read_json(const std::string& file) {
  const auto json = nlohmann::json::parse(nn::read_file(file), nullptr, false);
  if (json.is_discarded()) fail("memory_tasks", file + " is no JSON: remove it, and train again");
  return json;
}

struct Train {
  std::string out;
  std::vector<std::string> cells = nn::cell_names(), problems = {"adding", "copy"};
  std::vector<std::size_t> lengths = {50, 100, 200, 400};
  std::size_t seeds = 3, budget = 5000, steps = 1000, batch = 32;
  double lr = 1e-2;
  examples::CommonFlags common;

  bool operator()() const {
    common.apply();
    const std::vector<Case> all = cases();
    claim();
    nlohmann::json results = nlohmann::json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string result = all[i].directory(out) + "/result.json";
      if (!fs::exists(result)) {
        fmt::print("{} of {}: {}, {}, T = {}, seed {}: ", i + 1, all.size(), all[i].config.problem, all[i].config.cell,
                   all[i].config.T, all[i].seed);
        std::fflush(stdout);
        if (!train(all[i])) return false;
        pool::trim();  // the next case has other shapes
      }
      results.push_back(read_json(result));
    }
    common.write({{"results", results}});
    return true;
  }

 private:
  // The runs of one folder stand in one table: they are of one recipe.
  void claim() const {
    const nlohmann::json recipe = {{"budget", budget}, {"steps", steps}, {"batch", batch}, {"lr", lr}};
    const std::string file = out + "/recipe.json";
    nn::make_directories(out);
    nn::create_file(file, recipe.dump() + "\n");
    if (const auto held = read_json(file); held != recipe)
      fail("memory_tasks",
           fmt::format("{} holds runs of {}: ask for the same, or give another --out", out, held.dump()));
  }

  std::vector<Case> cases() const {
    std::vector<Case> all;
    for (const std::string& problem : problems)
      for (const std::string& cell : cells) {
        models::MemoryConfig config{.problem = problem, .cell = cell, .batch = batch};
        config.hidden = models::hidden_for_budget(config, budget);
        for (const std::size_t T : lengths)
          for (std::uint64_t seed = common.seed; seed < common.seed + seeds; ++seed) {
            config.T = T;
            all.push_back({config, seed});
          }
      }
    return all;
  }

  bool train(const Case& c) const {
    Rng rng(c.seed);
    models::MemoryModel model(c.config, rng);
    models::MemoryTask task(model, c.config, rng);
    const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = lr});
    nn::TrainerOptions options{.directory = c.directory(out), .steps = steps, .clip = 1, .quiet = true};
    options.schedule.name = "cosine";
    options.resume = !nn::list_checkpoints(options.directory).empty();
    const double baseline = models::memory_baseline(c.config);
    nlohmann::json report = {{"problem", c.config.problem},
                             {"cell", c.config.cell},
                             {"T", c.config.T},
                             {"hidden", c.config.hidden},
                             {"seed", c.seed},
                             {"baseline", baseline},
                             {"steps", steps},
                             {"parameters", nn::count_parameters(model)}};
    nn::Trainer trainer(task, *optimizer, options);
    try {
      const nn::TrainingResult result = trainer.run();
      if (result.interrupted) return false;
      report["loss"] = result.best_loss, report["seconds"] = result.seconds;
      fmt::print("loss {:.4f}, who remembers nothing has {:.4f}; {:.0f} s\n", result.best_loss, baseline,
                 result.seconds);
    } catch (const nn::Diverged& error) {
      report["diverged"] = error.what();
      fmt::print("diverged: {}\n", error.what());
    }
    nn::replace_file(options.directory + "/result.json", report.dump() + "\n");
    return true;
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
    if (!fs::is_directory(out)) fail("table", out + " is no folder: give the --out of memory_tasks train");
    std::map<std::string, Results> problems;
    for (const auto& entry : fs::directory_iterator(out))
      if (const std::string file = entry.path().string() + "/result.json"; fs::exists(file)) {
        const auto report = read_json(file);
        problems[report.at("problem")].add(report);
      }
    if (problems.empty()) fail("table", out + " holds no finished case yet");
    for (const auto& [problem, results] : problems) results.print(problem);
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("How far back does each cell remember?");
  Train train;
  CLI::App& train_verb = examples::add_verb(app, "train", "Train what --out does not hold yet", std::ref(train));
  train_verb.add_option("--out", train.out, "Folder of the results")->required();
  const auto take_all = CLI::MultiOptionPolicy::TakeAll;
  train_verb.add_option("--cells", train.cells, "Cells to compare")
      ->check(CLI::IsMember(nn::cell_names()))
      ->delimiter(',')
      ->multi_option_policy(take_all)
      ->capture_default_str();
  train_verb.add_option("--problems", train.problems, "adding, copy")
      ->check(CLI::IsMember({"adding", "copy"}))
      ->delimiter(',')
      ->multi_option_policy(take_all)
      ->capture_default_str();
  train_verb.add_option("--lengths", train.lengths, "Gaps T, in steps")
      ->check(examples::number_in(2, 1e6))
      ->delimiter(',')
      ->multi_option_policy(take_all)
      ->capture_default_str();
  train_verb.add_option("--seeds", train.seeds, "How many, from --seed on")
      ->check(examples::at_least_1())
      ->capture_default_str();
  train_verb.add_option("--budget", train.budget, "Parameters of each model, at most")
      ->check(examples::at_least_1())
      ->capture_default_str();
  train_verb.add_option("--steps", train.steps, "Optimiser steps of each run")
      ->check(examples::at_least_1())
      ->capture_default_str();
  train_verb.add_option("--batch", train.batch, "Sequences of a step")
      ->check(examples::at_least_1())
      ->capture_default_str();
  train_verb.add_option("--lr", train.lr, "Learning rate")
      ->check(examples::number_in(0, 1e3, true))
      ->capture_default_str();
  train.common.add_to(train_verb);

  Table table;
  CLI::App& table_verb =
      examples::add_verb(app, "table", "Print the results: median (best to worst seed)", std::ref(table));
  table_verb.add_option("--out", table.out, "Folder of the results")->required();
  return examples::run(app, argc, argv);
}
