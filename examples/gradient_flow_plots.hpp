// The picture of gradient_flow's results.
#pragma once

#include <string>

#include "examples/gradient_flow_results.hpp"

namespace rw::inline REWIND_ABI::examples {

// gradient_flow.gp and its CSV files, with gradient_flow.png and gradient_flow.svg if there is gnuplot.
void draw(const FlowResults& results, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
