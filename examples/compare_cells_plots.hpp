// Pictures of compare_cells' results, drawn by gnuplot from the CSV files.
#pragma once

#include <string>
#include <vector>

#include "examples/compare_cells_results.hpp"

namespace rw::inline REWIND_ABI::examples {

// TASK.gp, which makes TASK.png and TASK.svg from TASK's CSV files when gnuplot runs it in that folder.
void write_plot(const TaskResults& task, const std::string& folder);

// Runs gnuplot on each TASK.gp, and says so if there is no gnuplot. Throws if it fails.
void draw(const std::vector<TaskResults>& tasks, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
