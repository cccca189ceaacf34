// Trainings side by side: the validation loss against the seconds of training, as a table and a picture.
//
//   training_curves RUN... --out DIR     RUN: the --out of char_rnn, sentiment, ner or translate
//
// Compare like with like: the loss is nats a character or token, the share of wrong texts, 1 - F1. Each run is a line,
// by the name of its folder, straight between validations; after its last one it stays there. DIR gets validation.csv,
// .gp, .svg and .png.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "autograd/check.hpp"
#include "examples/cli.hpp"
#include "examples/json_lines.hpp"
#include "examples/plots.hpp"
#include "nn/train/files.hpp"

namespace {

using namespace rw;
using namespace rw::examples;

struct Run {
  std::string name;
  std::vector<double> seconds, losses;  // of each validation
};

// Without what a CSV file or a script of gnuplot would take for its own.
std::string name_of(const std::string& folder) {
  const auto path = std::filesystem::absolute(folder).lexically_normal();
  std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();  // "lstm/" is lstm
  for (char& c : name)
    if (std::strchr("'\",\\`\n", c) != nullptr) c = '_';
  return name;
}

Run read_run(const std::string& folder) {
  const std::string file = folder + "/metrics.jsonl";
  const std::vector<nlohmann::json> lines = read_json_lines(file);
  if (lines.empty()) fail("training_curves", file + " has no metrics: give the --out of a training");
  Run run{name_of(folder), {}, {}};
  const auto is_number = [](const nlohmann::json& line, const char* name) {
    return line.contains(name) && line[name].is_number();
  };
  for (const nlohmann::json& line : lines) {
    if (!is_number(line, "val_loss") || !is_number(line, "seconds")) continue;
    run.seconds.push_back(line["seconds"].get<double>());
    run.losses.push_back(line["val_loss"].get<double>());
  }
  if (run.losses.size() < 2 || !std::is_sorted(run.seconds.begin(), run.seconds.end()))
    fail("training_curves",
         fmt::format("{} has {} validations with a finite loss: a line takes two, one after the other", file,
                     run.losses.size()));
  return run;
}

// Linear between validations.
double loss_at(const Run& run, double second) {
  const auto next = std::lower_bound(run.seconds.begin(), run.seconds.end(), second);
  if (next == run.seconds.end()) return run.losses.back();
  const auto i = static_cast<std::size_t>(std::distance(run.seconds.begin(), next));
  if (*next == second) return run.losses[i];
  if (i == 0) return std::nan("");
  const double part = (second - run.seconds[i - 1]) / (run.seconds[i] - run.seconds[i - 1]);
  return run.losses[i - 1] + part * (run.losses[i] - run.losses[i - 1]);
}

Curves curves_of(const std::vector<Run>& runs) {
  constexpr const char* colours[] = {blue, red, green, orange, pink, sky, black, grey};
  std::set<double> seconds;
  for (const Run& run : runs) seconds.insert(run.seconds.begin(), run.seconds.end());
  Curves curves{"validation", "Validation loss", "seconds", false, {seconds.begin(), seconds.end()}, {}};
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Line line{runs[i].name, {}, colours[i % std::size(colours)], static_cast<int>(i / std::size(colours)) + 1};
    for (const double x : curves.x) line.y.push_back(spread_of({loss_at(runs[i], x)}));
    curves.lines.push_back(std::move(line));
  }
  return curves;
}

void print(const Run& run) {
  const auto best = std::min_element(run.losses.begin(), run.losses.end());
  const auto at = static_cast<std::size_t>(std::distance(run.losses.begin(), best));
  fmt::print("{:<24} best {:.4f} after {:.0f} s; {} validations in {:.0f} s\n", run.name, *best, run.seconds[at],
             run.losses.size(), run.seconds.back());
}

struct Program {
  std::vector<std::string> folders;
  std::string out;

  bool operator()() const {
    std::vector<Run> runs;
    for (const std::string& folder : folders) runs.push_back(read_run(folder));
    std::set<std::string> names;
    for (const Run& run : runs)
      if (!names.insert(run.name).second)
        fail("training_curves", "two folders are called " + run.name + ": rename one, it is the name of its line");
    for (const Run& run : runs) print(run);
    const Curves curves = curves_of(runs);
    nn::make_directories(out);
    write_csv(curves, out);
    write_script({"validation", "Trainings side by side", 1, {{&curves, range_of({&curves})}}}, out);
    draw({"validation"}, out);
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Trainings side by side: validation loss against seconds");
  Program program;
  set_work(app, std::ref(program));
  app.add_option("runs", program.folders, "Folders of trainings")->required()->expected(1, -1)->take_all();
  app.add_option("--out", program.out, "Folder of the picture")->required();
  return run(app, argc, argv);
}
