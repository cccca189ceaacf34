#include "examples/compare_cells_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "nn/any_stacked.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;
// JSON has no NaN and no infinity: null.
double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

// A cell looks the same in every picture, whichever others are there.
Line line_of(const std::string& cell) {
  constexpr std::array colours = {blue, sky, grey, red, pink, orange, black, green};
  const auto names = nn::cell_names();
  const auto i = static_cast<std::size_t>(std::find(names.begin(), names.end(), cell) - names.begin());
  return {
      .name = cell, .y = {}, .colour = colours[i % colours.size()], .dash = static_cast<int>(i / colours.size()) + 1};
}

template <class F>
std::vector<double> values_of(const std::vector<json>& runs, const F& value) {
  std::vector<double> values;
  for (const json& run : runs) values.push_back(number(value(run)));
  return values;
}

// `array_of` gives an array of each run, all of one length.
template <class F>
void add_line(Curves& curves, const std::string& cell, const std::vector<json>& runs, const F& array_of) {
  Line line = line_of(cell);
  for (std::size_t i = 0; !runs.empty() && i < array_of(runs[0]).size(); ++i) {
    const auto values = values_of(runs, [&](const json& run) -> const json& { return array_of(run).at(i); });
    line.y.push_back(curves.logarithmic ? geometric_spread_of(values) : spread_of(values));
  }
  curves.lines.push_back(std::move(line));
}

void add_cell(TaskResults& task, const std::string& cell, const std::vector<json>& all) {
  std::vector<json> runs;
  for (const json& run : all)
    if (!run.contains("diverged")) runs.push_back(run);
  const auto of = [](const char* name) { return [name](const json& run) -> const json& { return run.at(name); }; };
  const auto losses = [](const json& run) -> const json& { return run.at("curve").at("loss"); };
  const auto last = [&](const json& run) -> const json& { return losses(run).back(); };
  task.cells.push_back({.cell = cell,
                        .hidden = all[0].at("hidden"),
                        .parameters = all[0].at("parameters"),
                        .runs = all.size(),
                        .diverged = all.size() - runs.size(),
                        .loss = spread_of(values_of(runs, last)),
                        .score = spread_of(values_of(runs, of("score"))),
                        .seconds = spread_of(values_of(runs, of("seconds")))});
  add_line(task.loss, cell, runs, losses);
  add_line(task.gradient_before, cell, runs, of("gradient_before"));
  add_line(task.gradient, cell, runs, of("gradient"));
  if (runs.empty()) return;
  task.loss.x = runs[0].at("curve").at("step").get<std::vector<double>>();
  task.gradient.x.resize(runs[0].at("gradient").size());
  std::iota(task.gradient.x.begin(), task.gradient.x.end(), 0.);
  task.gradient_before.x = task.gradient.x;
}

std::string show(const Spread& s, int digits) {
  return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", s.mean, digits, s.low, digits, s.high, digits);
}

std::string show_gradient(const std::vector<Spread>& curve, std::size_t distance) {
  return distance < curve.size() ? fmt::format("{:.1e}", curve[distance].mean) : "";
}

void append(std::string& row, const Spread& s) {
  fmt::format_to(std::back_inserter(row), ",{:.9g},{:.9g},{:.9g}", s.mean, s.low, s.high);
}

}  // namespace

std::vector<TaskResults> group(const std::vector<json>& results) {
  std::map<std::string, std::map<std::string, std::vector<json>>> by_task;
  for (const json& run : results) by_task[run.at("task")][run.at("cell")].push_back(run);
  std::vector<TaskResults> tasks;
  for (const auto& [name, by_cell] : by_task) {
    const json& any = by_cell.begin()->second[0];
    TaskResults task{
        .name = name,
        .score = any.at("score_name"),
        .beside = any.at("beside"),
        .cells = {},
        .loss = {name + "_loss", "Training loss", "step", false, {}, {}},
        .gradient_before =
            {name + "_gradient_before", "|d loss / d input| before training", "steps before the end", true, {}, {}},
        .gradient = {name + "_gradient", "|d loss / d input| after training", "steps before the end", true, {}, {}}};
    for (const std::string& cell : nn::cell_names())
      if (by_cell.contains(cell)) add_cell(task, cell, by_cell.at(cell));
    tasks.push_back(std::move(task));
  }
  return tasks;
}

void print(const TaskResults& task) {
  const std::size_t far = std::min<std::size_t>(20, std::max<std::size_t>(task.gradient.x.size(), 1) - 1);
  fmt::print(
      "| {} | H | parameters | training loss | {} | seconds | gradient before, 0 back | {} back | after, 0 back | "
      "{} back |\n|---|---|---|---|---|---|---|---|---|---|\n",
      task.name, task.score, far, far);
  for (std::size_t i = 0; i < task.cells.size(); ++i) {
    const CellResults& c = task.cells[i];
    const std::string diverged = c.diverged > 0 ? fmt::format(", {} of {} diverged", c.diverged, c.runs) : "";
    fmt::print("| {} | {} | {} | {} | {}{} | {} |", c.cell, c.hidden, c.parameters, show(c.loss, 4), show(c.score, 4),
               diverged, show(c.seconds, 1));
    for (const Curves* curves : {&task.gradient_before, &task.gradient})
      fmt::print(" {} | {} |", show_gradient(curves->lines[i].y, 0), show_gradient(curves->lines[i].y, far));
    fmt::print("\n");
  }
  fmt::print("\n{}; means over the seeds (lowest to highest); gradients: geometric means\n\n", task.beside);
}

void write_csv(const TaskResults& task, const std::string& folder) {
  std::string text = "cell,hidden,parameters,runs,diverged";
  for (const char* name : {"training_loss", "score", "seconds"}) text += fmt::format(",{0},{0}_low,{0}_high", name);
  text += '\n';
  for (const CellResults& c : task.cells) {
    text += fmt::format("{},{},{},{},{}", c.cell, c.hidden, c.parameters, c.runs, c.diverged);
    append(text, c.loss), append(text, c.score), append(text, c.seconds);
    text += '\n';
  }
  nn::replace_file(fmt::format("{}/{}_scores.csv", folder, task.name), text);
  for (const Curves* curves : {&task.loss, &task.gradient_before, &task.gradient}) write_csv(*curves, folder);
}

}  // namespace rw::inline REWIND_ABI::examples
