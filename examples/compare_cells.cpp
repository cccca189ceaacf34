// Which cell? Every cell on the same data and batches, with as many parameters at most, for three tasks: loss, score,
// time, and how far back gradients reach, over several seeds.
//
//   compare_cells train --out DIR     trains every task, cell and seed that DIR does not hold yet; then the table
//   compare_cells table --out DIR     the table of what DIR holds; files for it and for its pictures
//
// Recipes are short and fixed: so many steps of Adam, cosine decay, clip 1. The last weights count, and no test part is
// read before.
#include <fmt/format.h>

#include <map>

#include "datasets/text_file.hpp"
#include "examples/cases.hpp"
#include "examples/compare_cells_plots.hpp"
#include "examples/compare_cells_report.hpp"
#include "examples/compare_cells_results.hpp"
#include "examples/compare_cells_task.hpp"
#include "examples/embedded_text.hpp"
#include "examples/flags.hpp"
#include "models/hidden_for_budget.hpp"
#include "nn/train/files.hpp"

namespace {

using namespace rw;
using namespace rw::examples;

// Another task is a line here.
const std::map<std::string, std::function<ComparedTask(const std::string& text)>> makers = {
    {"characters", compare_characters},
    {"names", [](const std::string&) { return compare_names(); }},
    {"reviews", [](const std::string&) { return compare_reviews(); }},
};

void write_page(const ReportFlags& flags, const std::string& out, const std::string& note = "") {
  CaseFolder("compare_cells", out).results([&](const auto& results) {
    write_comparison(flags, group(results), out, note);
  });
}

struct Table {
  std::string out;
  ReportFlags page = {};

  bool operator()() const {
    page.check();
    std::vector<TaskResults> tasks;
    CaseFolder("compare_cells", out).results([&](const auto& results) { tasks = group(results); });
    for (const TaskResults& task : tasks) {
      print(task);
      write_csv(task, out);
    }
    draw(tasks, out);
    if (page.wanted()) write_page(page, out);
    return true;
  }
};

struct Train {
  CaseFlags flags{.out = {}, .cells = {"rnn", "lstm", "gru"}, .parameters = 60000, .steps = 1500};
  std::vector<std::string> tasks = {"characters", "names", "reviews"};
  std::string file;
  ReportFlags page = {};

  void add_to(CLI::App& verb) {
    flags.add_to(verb), page.add_to(verb);
    add_list(verb, "--tasks", tasks, "Tasks to compare cells on").check(CLI::IsMember(makers));
    verb.add_option("--text", file, "Text file of the characters; without: this program's own source");
  }

  bool operator()() const {
    flags.machine.apply(), page.check();
    const std::string text = file.empty() ? std::string(embedded_text()) : datasets::read_text({file});
    std::vector<Case> all;
    for (const std::string& task : tasks) add_cases(makers.at(task)(text), all);
    const CaseFolder folder("compare_cells", flags.out);
    folder.claim(flags, {{"text", nn::xxh64(text)}});
    const bool whole = folder.train(all, tell);
    if (whole) Table{flags.out}();
    if (page.wanted() && folder.results() > 0)
      write_page(page, flags.out, whole ? "" : "This comparison was interrupted; the same command goes on.");
    return whole;
  }

 private:
  static std::string tell(const nlohmann::json& r) {
    return fmt::format("{} {:.4f}; {:.1f} s", r.at("score_name").get<std::string>(), r.at("score").get<double>(),
                       r.at("seconds").get<double>());
  }

  void add_cases(const ComparedTask& task, std::vector<Case>& all) const {
    for (const std::string& cell : flags.cells) {
      const std::size_t hidden = models::hidden_for_budget(
          flags.parameters, [&](std::size_t h) { return count_parameters(*task.make(cell, h, 0)); });
      for (const std::uint64_t seed : flags.seeds)
        all.push_back({fmt::format("{}-{}-{}", task.name, cell, seed),
                       fmt::format("{}, {} x {}, seed {}", task.name, cell, hidden, seed),
                       [=, this](const std::string& directory) { return train(task, cell, hidden, seed, directory); }});
    }
  }

  std::optional<nlohmann::json> train(const ComparedTask& task, const std::string& cell, std::size_t hidden,
                                      std::uint64_t seed, const std::string& directory) const {
    const auto model = task.make(cell, hidden, seed);
    nlohmann::json report = {{"task", task.name},
                             {"score_name", task.score},
                             {"beside", task.beside},
                             {"cell", cell},
                             {"hidden", hidden},
                             {"seed", seed},
                             {"parameters", count_parameters(*model)},
                             {"gradient_before", model->gradient_norms()}};
    const nn::TrainingResult result = train_case(model->task(), task.lr,
                                                 {.directory = directory,
                                                  .steps = flags.steps,
                                                  .clip = 1,
                                                  .validate_every = flags.steps,
                                                  .log_every = std::max<std::size_t>(flags.steps / 50, 1)},
                                                 report);
    if (result.interrupted) return {};
    if (report.contains("diverged")) return report;
    report["score"] = task.counts_errors ? 1 - result.last_loss : result.last_loss;
    report["seconds"] = result.seconds;
    report["curve"] = training_curve(directory + "/metrics.jsonl");
    report["gradient"] = model->gradient_norms();
    return report;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Which cell? All on the same data, batches and number of parameters");
  Train train;
  train.add_to(add_verb(app, "train", "Train what --out does not hold yet, then the table", std::ref(train)));
  Table table;
  CLI::App& table_verb = add_verb(app, "table", "The table, as text, CSV and pictures", std::ref(table));
  table_verb.add_option("--out", table.out, "Folder of the results")->required();
  table.page.add_to(table_verb);
  return run(app, argc, argv);
}
