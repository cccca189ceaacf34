// compare_cells' results as a page: all runs on one.
#pragma once

#include <string>
#include <vector>

#include "examples/compare_cells_results.hpp"
#include "examples/flags.hpp"

namespace rw::inline REWIND_ABI::examples {

// `note`: what must not be missed; "": nothing.
void write_comparison(const ReportFlags& flags, const std::vector<TaskResults>& tasks, const std::string& folder,
                      const std::string& note);

}  // namespace rw::inline REWIND_ABI::examples
