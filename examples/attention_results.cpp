#include "examples/attention_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "examples/comparison.hpp"
#include "examples/report.hpp"
#include "models/recall_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;

// NaN if there is none that ended.
Spread of_seeds(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  return spread_of(values);
}

std::string cell_text(const Spread& s) {
  if (std::isnan(s.mean)) return "";
  return s.low == s.high ? fmt::format("{:.1f}", s.mean)
                         : fmt::format("{:.1f} ({:.1f} to {:.1f})", s.mean, s.low, s.high);
}

}  // namespace

Spread RecallResults::Row::right(std::size_t T) const {
  const auto found = runs.find(T);
  return of_seeds(found == runs.end() ? std::vector<double>() : found->second.right);
}

void RecallResults::add(const json& r) {
  const std::vector<std::string> names = models::recall_models();
  const std::string model = r.at("model");
  const std::size_t T = r.at("T");
  Row& row = rows_[static_cast<std::size_t>(std::find(names.begin(), names.end(), model) - names.begin())];
  row.model = model, row.width = r.at("width"), row.parameters = r.at("parameters");
  Runs& runs = row.runs[T];
  runs.right.push_back(100 * r.value("accuracy", std::numeric_limits<double>::quiet_NaN()));
  lengths_.insert(T), guess_ = 100 * r.at("guess").get<double>();
  if (!r.contains("curve") || r.contains("diverged")) return;
  runs.steps = r.at("curve").at("step").get<std::vector<double>>();
  runs.losses.push_back(r.at("curve").at("loss").get<std::vector<double>>());
}

void RecallResults::print(const std::string& problem) const {
  fmt::print("| {}: % right | width | parameters |", problem);
  for (const std::size_t T : lengths_) fmt::print(" T = {} |", T);
  fmt::print("\n|---|---|---|");
  for (std::size_t i = 0; i < lengths_.size(); ++i) fmt::print("---|");
  fmt::print("\n| guesses | | |");
  for (std::size_t i = 0; i < lengths_.size(); ++i) fmt::print(" {:.1f} |", guess_);
  for (const auto& [place, row] : rows_) {
    fmt::print("\n| {} | {} | {} |", row.model, row.width, row.parameters);
    for (const std::size_t T : lengths_) fmt::print(" {} |", cell_text(row.right(T)));
  }
  fmt::print("\n\n");
}

// Who solves a problem lies on a line with others that do: dashes let them be seen.
Curves RecallResults::curves(const std::string& problem) const {
  constexpr std::array colours{red, orange, green, blue, black, pink, sky};
  Curves curves{problem, problem + ": % right", "T, symbols", false, {lengths_.begin(), lengths_.end()}, {}};
  for (const auto& [place, row] : rows_) {
    const std::size_t i = curves.lines.size();
    Line line{.name = row.model, .y = {}, .colour = colours[i % colours.size()], .dash = i % 2 == 0 ? 1 : 2};
    for (const std::size_t T : lengths_) line.y.push_back(row.right(T));
    curves.lines.push_back(std::move(line));
  }
  curves.lines.push_back({"guesses", std::vector<Spread>(lengths_.size(), {guess_, guess_, guess_}), grey, 3});
  return curves;
}

json RecallResults::table() const {
  json columns = {"model", "width", "parameters"}, rows = json::array();
  for (const std::size_t T : lengths_) columns.push_back(fmt::format("T = {}", T));
  for (const auto& [place, row] : rows_) {
    json cells = {row.model, row.width, row.parameters};
    for (const std::size_t T : lengths_) cells.push_back(spread_json(row.right(T)));
    rows.push_back(std::move(cells));
  }
  return {{"caption", "% of the symbols that are right: mean over the seeds, lowest to highest below it"},
          {"columns", columns},
          {"rows", rows}};
}

json RecallResults::chart_of_lengths() const {
  json chart = chart_json("Right against the length", "T, symbols", "% right", false);
  for (const auto& [place, row] : rows_) {
    std::vector<double> x;
    std::vector<Spread> y;
    for (const auto& [T, runs] : row.runs) x.push_back(static_cast<double>(T)), y.push_back(row.right(T));
    add_line(chart, row.model, x, y);
    chart["series"].back()["style"] = chart["series"].size() - 1;
  }
  json points = json::array();
  for (const std::size_t T : lengths_) points.push_back(json::array({T, guess_}));
  chart["series"].push_back({{"name", "guesses"}, {"style", "baseline"}, {"points", points}});
  return chart;
}

json RecallResults::chart_of_training(std::size_t T) const {
  json chart = chart_json(fmt::format("Training, T = {}", T), "step", "nats a symbol", true);
  std::size_t style = 0;
  for (const auto& [place, row] : rows_) {
    const std::size_t own = style++;
    const auto found = row.runs.find(T);
    if (found == row.runs.end() || found->second.losses.empty()) continue;
    std::vector<Spread> y;
    for (std::size_t i = 0; i < found->second.steps.size(); ++i) {
      std::vector<double> values;
      for (const auto& losses : found->second.losses) values.push_back(losses.at(i));
      y.push_back(geometric_spread_of(values));
    }
    add_line(chart, row.model, found->second.steps, y);
    chart["series"].back()["style"] = own;
  }
  return chart;
}

json RecallResults::comparison(const std::string& problem) const {
  json charts = json::array({chart_of_lengths()});
  for (const std::size_t T : lengths_)
    if (json chart = chart_of_training(T); !chart["series"].empty()) charts.push_back(std::move(chart));
  return {{"name", problem},
          {"beside", "the dashed line: who guesses"},
          {"how",
           "T symbols of eight kinds are read, then all of them must be told. A recurrent state has a fixed size; "
           "attention looks at every step that was read."},
          {"table", table()},
          {"charts", charts}};
}

void draw(const std::map<std::string, RecallResults>& problems, const std::string& folder) {
  std::vector<Curves> all;
  for (const auto& [problem, results] : problems) all.push_back(results.curves(problem));
  Picture picture{"attention_tasks", "T symbols are read, then told again: how many are right", 1, {}};
  for (const Curves& curves : all) {
    write_csv(curves, folder);
    picture.panels.push_back({&curves, {0, 104, false}});
  }
  write_script(picture, folder);
  draw({picture.name}, folder);
}

}  // namespace rw::inline REWIND_ABI::examples
