// How far back does each cell remember? The adding problem and the copy task over longer and longer gaps, every
// cell with the same number of parameters.
//
//   memory_tasks train --out DIR     trains every cell, problem, gap and seed that DIR does not hold yet
//   memory_tasks table --out DIR     the table of what DIR holds
//
// The loss of a run is its best of ten validations, on 512 sequences that are never trained on.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "examples/cases.hpp"
#include "examples/flags.hpp"
#include "examples/memory_tasks_results.hpp"
#include "examples/report.hpp"
#include "models/memory_task.hpp"

namespace {

using namespace rw;

// The results of each problem.
std::map<std::string, examples::MemoryResults> results_of(const std::string& folder) {
  std::map<std::string, examples::MemoryResults> problems;
  examples::CaseFolder("memory_tasks", folder).results([&](const auto& results) {
    for (const nlohmann::json& result : results) problems[result.at("problem")].add(result);
  });
  return problems;
}

void write_page(const examples::ReportFlags& flags, const std::string& folder, const std::string& note = "") {
  nlohmann::json report = {
      {"title", "How far back does each cell remember?"},
      {"lead",
       "The adding problem and the copy task over longer and longer gaps, every cell with the same number of "
       "parameters."},
      {"note", note},
      {"facts", nlohmann::json::array({{"results", folder}})}};
  for (const auto& [problem, results] : results_of(folder)) report["comparison"].push_back(results.comparison(problem));
  examples::write_report(flags, std::move(report));
}

struct Table {
  std::string out;
  examples::ReportFlags report = {};

  bool operator()() const {
    report.check();
    for (const auto& [problem, results] : results_of(out)) results.print(problem);
    if (report.wanted()) write_page(report, out);
    return true;
  }
};

struct Train {
  examples::CaseFlags flags{.out = {}, .cells = nn::cell_names(), .parameters = 5000, .steps = 1000};
  std::vector<std::string> problems = {"adding", "copy"};
  std::vector<std::size_t> lengths = {50, 100, 200, 400};
  std::size_t batch = 32;
  double lr = 1e-2;
  examples::ReportFlags report = {};

  void add_to(CLI::App& verb) {
    flags.add_to(verb), report.add_to(verb);
    examples::add_list(verb, "--problems", problems, "adding, copy").check(CLI::IsMember({"adding", "copy"}));
    examples::add_list(verb, "--lengths", lengths, "Gaps T, in steps").check(examples::number_in(2, 1e6));
    verb.add_option("--batch", batch, "Sequences of a step")->check(examples::at_least_1())->capture_default_str();
    verb.add_option("--lr", lr, "Learning rate")->check(examples::number_in(0, 1e3, true))->capture_default_str();
  }

  bool operator()() const {
    flags.machine.apply(), report.check();
    const examples::CaseFolder folder("memory_tasks", flags.out);
    const std::vector<examples::Case> all = cases();
    folder.claim(flags, {{"batch", batch}, {"lr", lr}});
    const bool whole = folder.train(all, [](const nlohmann::json& r) {
      return fmt::format("loss {:.4f}, who remembers nothing has {:.4f}; {:.0f} s", r.at("loss").get<double>(),
                         r.at("baseline").get<double>(), r.at("seconds").get<double>());
    });
    if (report.wanted() && folder.results() > 0)
      write_page(report, flags.out, whole ? "" : "These trainings were interrupted; the same command goes on.");
    return whole;
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
    nlohmann::json result = {{"problem", config.problem},
                             {"cell", config.cell},
                             {"T", config.T},
                             {"hidden", config.hidden},
                             {"seed", seed},
                             {"baseline", models::memory_baseline(config)},
                             {"steps", flags.steps},
                             {"parameters", nn::count_parameters(model)}};
    const nn::TrainingResult trained = examples::train_case(task, lr,
                                                            {.directory = directory,
                                                             .steps = flags.steps,
                                                             .clip = 1,
                                                             .log_every = std::max<std::size_t>(flags.steps / 50, 1)},
                                                            result);
    if (trained.interrupted) return {};
    if (result.contains("diverged")) return result;
    result["loss"] = trained.best_loss, result["seconds"] = trained.seconds;
    result["curve"] = examples::training_curve(directory + "/metrics.jsonl");
    return result;
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
  table.report.add_to(table_verb);
  return examples::run(app, argc, argv);
}
