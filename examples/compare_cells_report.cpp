#include "examples/compare_cells_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "examples/comparison.hpp"
#include "examples/report.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;

json table_of(const TaskResults& task) {
  json rows = json::array();
  for (const CellResults& c : task.cells)
    rows.push_back(
        {c.cell, c.hidden, c.parameters, spread_json(c.loss), spread_json(c.score), spread_json(c.seconds),
         c.diverged > 0 ? fmt::format("{}, {} of them diverged", c.runs, c.diverged) : fmt::format("{}", c.runs)});
  return {{"caption", "Mean over the seeds, lowest to highest below it"},
          {"columns", {"cell", "units", "parameters", "training loss", task.score, "seconds", "runs"}},
          {"rows", rows}};
}

json chart_of(const TaskResults& task, const Curves& curves, const std::string& y) {
  json chart = chart_json(curves.title, curves.x_name, y, curves.logarithmic);
  for (std::size_t i = 0; i < task.cells.size(); ++i) add_line(chart, task.cells[i].cell, curves.x, curves.lines[i].y);
  return chart;
}

}  // namespace

void write_comparison(const ReportFlags& flags, const std::vector<TaskResults>& tasks, const std::string& folder,
                      const std::string& note) {
  json report = {{"title", "Cells side by side"},
                 {"lead",
                  "Every cell on the same data and batches, with as many parameters at most: what it learns, how "
                  "long it takes, and how far back gradients reach."},
                 {"note", note},
                 {"facts", json::array({{"results", folder}})},
                 {"comparison", json::array()}};
  for (const TaskResults& task : tasks)
    report["comparison"].push_back(
        {{"name", task.name},
         {"beside", task.beside},
         {"how",
          "Lines are means over the seeds, bands reach from the lowest to the highest. How fast a line of the "
          "gradients falls says how soon the cell forgets: on this scale, a straight line is a constant factor a "
          "step."},
         {"table", table_of(task)},
         {"charts",
          {chart_of(task, task.loss, "loss"), chart_of(task, task.gradient_before, "norm"),
           chart_of(task, task.gradient, "norm")}}});
  write_report(flags, std::move(report));
}

}  // namespace rw::inline REWIND_ABI::examples
