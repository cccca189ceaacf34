#include "examples/comparison.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "examples/report.hpp"
#include "nn/any_stacked.hpp"

namespace rw::inline REWIND_ABI::examples {

using nlohmann::json;

json spread_json(const Spread& s) { return json::array({rounded(s.mean), rounded(s.low), rounded(s.high)}); }

json chart_json(const std::string& title, const std::string& x, const std::string& y, bool logarithmic) {
  return {{"title", title}, {"x", x}, {"y", y}, {"log", logarithmic}, {"series", json::array()}};
}

void add_line(json& chart, const std::string& cell, const std::vector<double>& x, const std::vector<Spread>& y) {
  if (y.empty()) return;
  const auto names = nn::cell_names();
  const auto style = std::find(names.begin(), names.end(), cell) - names.begin();
  json points = json::array(), band = json::array();
  for (std::size_t i = 0; i < y.size(); ++i) {
    points.push_back(json::array({x.at(i), rounded(y[i].mean)}));
    band.push_back(json::array({x.at(i), rounded(y[i].low), rounded(y[i].high)}));
  }
  chart["series"].push_back({{"name", cell}, {"style", style}, {"points", points}, {"band", band}});
}

}  // namespace rw::inline REWIND_ABI::examples
