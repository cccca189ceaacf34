// Pieces of a report's "comparison": a list of {"name", "beside", "table", "charts"}, drawn by
// examples/page/report_compare.js.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "examples/plots.hpp"

namespace rw::inline REWIND_ABI::examples {

nlohmann::json spread_json(const Spread& s);  // [mean, low, high]

// A line of a chart, over x; a cell has its colour in every chart. `y` may be empty: then there is no such line.
void add_line(nlohmann::json& chart, const std::string& cell, const std::vector<double>& x,
              const std::vector<Spread>& y);

// {"title", "x", "y", "log", "series"}
nlohmann::json chart_json(const std::string& title, const std::string& x, const std::string& y, bool logarithmic);

}  // namespace rw::inline REWIND_ABI::examples
