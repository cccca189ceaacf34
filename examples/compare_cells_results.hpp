// The results of compare_cells' runs, over their seeds: as a table for people, and as CSV files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "examples/plots.hpp"

namespace rw::inline REWIND_ABI::examples {

struct CellResults {
  std::string cell;
  std::size_t hidden, parameters, runs, diverged;
  Spread loss, score, seconds;
};

struct TaskResults {
  std::string name, score, beside;
  std::vector<CellResults> cells;  // in the order of nn::cell_names()
  Curves loss, gradient_before, gradient;
};

std::vector<TaskResults> group(const std::vector<nlohmann::json>& results);

void print(const TaskResults& task);
// TASK_scores.csv, and a file for each of the curves.
void write_csv(const TaskResults& task, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
