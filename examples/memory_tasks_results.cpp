#include "examples/memory_tasks_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "examples/comparison.hpp"
#include "examples/report.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;

// Median, best and worst seed.
Spread of_seeds(std::vector<double> losses) {
  std::sort(losses.begin(), losses.end());
  return {(losses[(losses.size() - 1) / 2] + losses[losses.size() / 2]) / 2, losses.front(), losses.back()};
}

}  // namespace

void MemoryResults::add(const json& r) {
  Row& row = rows_[r.at("cell")];
  row.hidden = r.at("hidden"), row.parameters = r.at("parameters");
  Runs& runs = row.runs[r.at("T")];
  runs.losses.push_back(r.value("loss", std::numeric_limits<double>::infinity()));
  baselines_[r.at("T")] = r.at("baseline");
  if (!r.contains("curve") || r.contains("diverged")) return;
  runs.steps = r.at("curve").at("step").get<std::vector<double>>();
  runs.curves.push_back(r.at("curve").at("loss").get<std::vector<double>>());
}

void MemoryResults::print(const std::string& problem) const {
  fmt::print("| {} | H | parameters |", problem);
  for (const auto& [T, baseline] : baselines_) fmt::print(" T = {} |", T);
  fmt::print("\n|---|---|---|");
  for (std::size_t i = 0; i < baselines_.size(); ++i) fmt::print("---|");
  fmt::print("\n| remembers nothing | | |");
  for (const auto& [T, baseline] : baselines_) fmt::print(" {:.4f} |", baseline);
  for (const auto& [cell, row] : rows_) {
    fmt::print("\n| {} | {} | {} |", cell, row.hidden, row.parameters);
    for (const auto& [T, baseline] : baselines_) {
      const auto found = row.runs.find(T);
      if (found == row.runs.end()) {
        fmt::print("  |");
        continue;
      }
      const Spread s = of_seeds(found->second.losses);
      fmt::print(" {:.4f} ({:.4f} to {:.4f}) |", s.mean, s.low, s.high);
    }
  }
  fmt::print("\n\n");
}

json MemoryResults::table() const {
  json columns = {"cell", "units", "parameters"}, rows = json::array();
  for (const auto& [T, baseline] : baselines_) columns.push_back(fmt::format("T = {}", T));
  for (const auto& [cell, row] : rows_) {
    json cells = {cell, row.hidden, row.parameters};
    for (const auto& [T, baseline] : baselines_) {
      const auto found = row.runs.find(T);
      cells.push_back(found == row.runs.end() ? json("") : spread_json(of_seeds(found->second.losses)));
    }
    rows.push_back(std::move(cells));
  }
  return {{"caption", "Loss: median over the seeds, best to worst below it"}, {"columns", columns}, {"rows", rows}};
}

json MemoryResults::chart_of_gaps() const {
  json chart = chart_json("Loss against the gap", "gap T, steps", "loss", true);
  for (const auto& [cell, row] : rows_) {
    std::vector<double> x;
    std::vector<Spread> y;
    for (const auto& [T, runs] : row.runs) x.push_back(static_cast<double>(T)), y.push_back(of_seeds(runs.losses));
    add_line(chart, cell, x, y);
  }
  json points = json::array();
  for (const auto& [T, baseline] : baselines_) points.push_back(json::array({T, rounded(baseline)}));
  chart["series"].push_back({{"name", "no memory"}, {"style", "baseline"}, {"points", points}});
  return chart;
}

json MemoryResults::chart_of_training(std::size_t T) const {
  json chart = chart_json(fmt::format("Training, T = {}", T), "step", "loss", true);
  for (const auto& [cell, row] : rows_) {
    const auto found = row.runs.find(T);
    if (found == row.runs.end()) continue;
    std::vector<Spread> y;
    for (std::size_t i = 0; !found->second.curves.empty() && i < found->second.steps.size(); ++i) {
      std::vector<double> values;
      for (const auto& curve : found->second.curves) values.push_back(curve.at(i));
      y.push_back(geometric_spread_of(values));
    }
    add_line(chart, cell, found->second.steps, y);
  }
  return chart;
}

json MemoryResults::comparison(const std::string& problem) const {
  json charts = json::array({chart_of_gaps()});
  for (const auto& [T, baseline] : baselines_)
    if (json chart = chart_of_training(T); !chart["series"].empty()) charts.push_back(std::move(chart));
  return {{"name", problem},
          {"beside", "the dashed line: who remembers nothing"},
          {"how",
           "The loss is the best of ten validations, on sequences that are never trained on. A cell whose line "
           "stays at the dashed one has learned nothing over such a gap."},
          {"table", table()},
          {"charts", charts}};
}

}  // namespace rw::inline REWIND_ABI::examples
