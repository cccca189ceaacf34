#include "examples/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <numeric>

namespace rw::inline REWIND_ABI::examples {

using nlohmann::json;

json rounded(double x) {
  if (!std::isfinite(x)) return nullptr;
  return std::strtod(fmt::format("{:.5g}", x).c_str(), nullptr);
}

std::string grouped(std::size_t n) {
  std::string text = std::to_string(n);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

namespace {

// The classes that occur most, in their order; where there are others, a last one stands for them.
struct Shown {
  std::vector<std::string> names;
  std::vector<std::size_t> place;  // of each class
};

Shown shown_classes(const std::vector<std::string>& classes, const Confusions& counts, std::size_t most) {
  std::vector<std::size_t> occur(classes.size()), order(classes.size());
  for (const auto& [pair, count] : counts) occur.at(pair.first) += count;
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (classes.size() > most) {
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return occur[a] > occur[b]; });
    order.resize(most);
  }
  Shown shown{{}, std::vector<std::size_t>(classes.size(), order.size())};
  for (const std::size_t c : order) shown.place[c] = shown.names.size(), shown.names.push_back(classes[c]);
  if (order.size() < classes.size()) shown.names.push_back("other");
  return shown;
}

}  // namespace

void add_confusion(json& report, const std::string& of, const std::vector<std::string>& classes,
                   const Confusions& counts, std::size_t most) {
  const Shown shown = shown_classes(classes, counts, most);
  const std::size_t n = shown.names.size();
  std::vector<std::vector<std::size_t>> joined(n, std::vector<std::size_t>(n));
  for (const auto& [pair, count] : counts) joined[shown.place[pair.first]][shown.place[pair.second]] += count;
  report["confusion"] = {{"of", of}, {"classes", shown.names}, {"counts", joined}, {"joined", classes.size() > most}};
}

}  // namespace rw::inline REWIND_ABI::examples
