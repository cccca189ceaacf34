// What a state of a fixed size cannot hold, attention finds: copy and reversal of longer and longer sequences, by
// recurrent cells, by one that attends over its past, and by a Transformer, with the same number of parameters and of
// updates.
//
//   attention_tasks train --out DIR     trains each problem, model, length, seed that DIR lacks; then the table
//   attention_tasks table --out DIR     the table of what DIR holds; CSV files and a picture
//
// A run is measured by the part of the symbols that it has right, in 512 sequences that it has never seen.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "autograd/workers.hpp"
#include "examples/attention_results.hpp"
#include "examples/cases.hpp"
#include "examples/flags.hpp"
#include "examples/report.hpp"
#include "models/recall_task.hpp"

namespace {

using namespace rw;

using Problems = std::map<std::string, examples::RecallResults>;

void write_page(const examples::ReportFlags& flags, const std::string& folder, const std::string& note,
                const Problems& problems) {
  nlohmann::json report = {
      {"title", "What a state cannot hold, attention finds"},
      {"lead",
       "Sequences of T symbols, told again in their order or from the last to the first, by models with the same "
       "number of parameters and of updates."},
      {"note", note},
      {"facts", nlohmann::json::array({{"results", folder}})}};
  for (const auto& [problem, results] : problems) report["comparison"].push_back(results.comparison(problem));
  examples::write_report(flags, std::move(report));
}

struct Table {
  std::string out;
  examples::ReportFlags report = {};
  std::string note = "";  // on the page

  bool operator()() const {
    report.check();
    Problems problems;
    examples::CaseFolder("attention_tasks", out).results([&](const auto& results) {
      for (const nlohmann::json& result : results) problems[result.at("problem")].add(result);
    });
    for (const auto& [problem, results] : problems) results.print(problem);
    draw(problems, out);
    if (report.wanted()) write_page(report, out, note, problems);
    return true;
  }
};

struct Train {
  std::string out;
  std::vector<std::string> problems = {"copy", "reversal"};
  std::vector<std::string> models = {"rnn", "lstm", "gru", "gru_attention", "transformer"};
  std::vector<std::size_t> lengths = {20, 50, 100, 200};
  std::vector<std::uint64_t> seeds = {1, 2, 3};
  std::size_t parameters = 25000, steps = 1000, batch = 16;
  double lr = 5e-3;
  int threads = 0;
  examples::ReportFlags report = {};

  void add_to(CLI::App& verb) {
    using namespace examples;
    verb.add_option("--out", out, "Folder of the results")->required();
    add_list(verb, "--problems", problems, "copy, reversal").check(CLI::IsMember({"copy", "reversal"}));
    add_list(verb, "--models", models, "Any cell (gru), any cell with attention (gru_attention), transformer")
        .check(CLI::IsMember(rw::models::recall_models()));
    add_list(verb, "--lengths", lengths, "T, in symbols").check(number_in(1, 1e5));
    add_list(verb, "--seeds", seeds, "A training of each");
    verb.add_option("--parameters", parameters, "Of each model, at most; its width is the largest that fits")
        ->check(at_least_1())
        ->capture_default_str();
    verb.add_option("--steps", steps, "Updates of each training")->check(at_least_1())->capture_default_str();
    verb.add_option("--batch", batch, "Sequences of an update")->check(at_least_1())->capture_default_str();
    verb.add_option("--lr", lr, "Learning rate")->check(number_in(0, 1e3, true))->capture_default_str();
    verb.add_option("--threads", threads, "Trainings side by side; 0: one for each core. They change no figure")
        ->check(number_in(0, 1024))
        ->capture_default_str();
    report.add_to(verb);
  }

  bool operator()() const {
    const int at_once = threads > 0 ? threads : rw::threads();
    set_threads(at_once), report.check();
    const examples::CaseFolder folder("attention_tasks", out);
    const std::vector<examples::Case> all = cases();
    folder.claim({{"parameters", parameters}, {"steps", steps}, {"batch", batch}, {"lr", lr}});
    const auto tell = [](const nlohmann::json& r) {
      return fmt::format("{:.1f} % right, {:.4f} nats a symbol; {:.0f} s", 100 * r.at("accuracy").get<double>(),
                         r.at("loss").get<double>(), r.at("seconds").get<double>());
    };
    const bool whole = folder.train(all, tell, at_once);
    if (folder.results() > 0)
      Table{out, report, whole ? "" : "These trainings were interrupted; the same command goes on."}();
    return whole;
  }

 private:
  // Each once, whatever was given twice.
  std::vector<examples::Case> cases() const {
    std::vector<examples::Case> all;
    for (const std::string& problem : std::set(problems.begin(), problems.end()))
      for (const std::string& model : std::set(models.begin(), models.end())) {
        rw::models::RecallConfig config{.problem = problem, .model = model, .batch = batch};
        config.width = rw::models::width_for_budget(config, parameters);
        for (const std::size_t T : std::set(lengths.begin(), lengths.end()))
          for (const std::uint64_t seed : std::set(seeds.begin(), seeds.end())) {
            config.T = T;
            all.push_back({fmt::format("{}-{}-{}-{}", problem, model, T, seed),
                           fmt::format("{}, {}, T = {}, seed {}", problem, model, T, seed),
                           [=, this](const std::string& directory) { return train(config, seed, directory); }});
          }
      }
    return all;
  }

  std::optional<nlohmann::json> train(const rw::models::RecallConfig& config, std::uint64_t seed,
                                      const std::string& directory) const {
    Rng rng(seed), unseen(54321);
    rw::models::RecallModel model(config, rng);
    rw::models::RecallTask task(model, config, rng);
    nlohmann::json result = {{"problem", config.problem},
                             {"model", config.model},
                             {"T", config.T},
                             {"width", config.width},
                             {"seed", seed},
                             {"guess", 1. / datasets::recall_symbols},
                             {"steps", steps},
                             {"parameters", nn::count_parameters(model)}};
    const nn::TrainingResult trained = examples::train_case(task, lr,
                                                            {.directory = directory,
                                                             .steps = steps,
                                                             .schedule = {.warmup = 0.1},
                                                             .clip = 1,
                                                             .log_every = std::max<std::size_t>(steps / 50, 1)},
                                                            result);
    if (trained.interrupted) return {};
    if (result.contains("diverged")) return result;
    const auto [loss, accuracy] = model.measure((512 + batch - 1) / batch, unseen);
    result["loss"] = loss, result["accuracy"] = accuracy, result["seconds"] = trained.seconds;
    result["curve"] = examples::training_curve(directory + "/metrics.jsonl");
    return result;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Copy and reversal of sequences: recurrent cells, cells with attention, Transformers");
  Train train;
  train.add_to(examples::add_verb(app, "train", "Train what --out does not hold yet", std::ref(train)));

  Table table;
  CLI::App& table_verb =
      examples::add_verb(app, "table", "Print the results: mean (lowest to highest seed); draw them", std::ref(table));
  table_verb.add_option("--out", table.out, "Folder of the results")->required();
  table.report.add_to(table_verb);
  return examples::run(app, argc, argv);
}
