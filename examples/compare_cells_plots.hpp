// Pictures of compare_cells' results.
#pragma once

#include <string>
#include <vector>

#include "examples/compare_cells_results.hpp"

namespace rw::inline REWIND_ABI::examples {

// TASK.gp of each task, with TASK.png and TASK.svg if there is gnuplot.
void draw(const std::vector<TaskResults>& tasks, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
