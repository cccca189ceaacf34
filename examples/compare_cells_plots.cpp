#include "examples/compare_cells_plots.hpp"

#include <fmt/format.h>

namespace rw::inline REWIND_ABI::examples {
namespace {

// How the scores came out, six to a line.
std::string title_of(const TaskResults& task) {
  std::string title = fmt::format("{}: {} of", task.name, task.score);
  for (std::size_t i = 0; i < task.cells.size(); ++i) {
    const CellResults& c = task.cells[i];
    title += i == 0 ? " " : i % 6 == 0 ? ",\\n" : ", ";
    title += c.diverged < c.runs ? fmt::format("{} {:.3f}", c.cell, c.score.mean) : c.cell + " diverged";
  }
  return title;
}

bool is_empty(const TaskResults& task) { return task.loss.x.empty(); }  // all runs diverged

}  // namespace

void draw(const std::vector<TaskResults>& tasks, const std::string& folder) {
  std::vector<std::string> names;
  for (const TaskResults& task : tasks) {
    if (is_empty(task)) continue;
    const Range gradients = range_of({&task.gradient_before, &task.gradient});
    write_script({.name = task.name,
                  .title = title_of(task),
                  .rows = 1,
                  .panels = {{&task.loss, range_of({&task.loss})},
                             {&task.gradient_before, gradients},
                             {&task.gradient, gradients}}},
                 folder);
    names.push_back(task.name);
  }
  draw(names, folder);
}

}  // namespace rw::inline REWIND_ABI::examples
