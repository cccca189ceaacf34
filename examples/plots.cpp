#include "examples/plots.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

// Where the names of lines stand that end at these places: beside them, but not on each other.
std::vector<double> spread_labels(const std::vector<double>& ends) {
  constexpr double gap = 0.06;
  std::vector<std::size_t> order(ends.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ends[a] < ends[b]; });
  std::vector<double> places = ends;
  double lowest = gap / 2, highest = 1;
  for (std::size_t k = 0; k < order.size(); lowest = places[order[k++]] + gap)
    places[order[k]] = std::max(lowest, places[order[k]]);
  for (std::size_t k = order.size(); k-- > 0; highest = places[order[k]] - gap)
    places[order[k]] = std::min(highest, places[order[k]]);
  return places;
}

// Lines leave the picture at its bottom; bands, whose lowest may be 0, end there.
constexpr const char* axes = R"(set title '{title}'
set xlabel '{x_name}' offset 0,0.5
{scale}
set xrange [0:{x_end}]
set yrange [{low:.6g}:{high:.6g}]
unset label
file = '{name}.csv'
above(y) = y > {low:.6g} ? y : {low:.6g}
)";

std::string axes_of(const Curves& curves, const Range& range) {
  using fmt::arg;
  const char* scale =
      range.logarithmic ? "set logscale y; set format y '10^{%L}'" : "unset logscale; set format y '%g'";
  return fmt::format(axes, arg("title", curves.title), arg("x_name", curves.x_name), arg("scale", scale),
                     arg("x_end", curves.x.empty() ? 1 : curves.x.back()), arg("low", range.low),
                     arg("high", range.high), arg("name", curves.name));
}

std::string commands_of(const Curves& curves, const Range& range) {
  std::vector<std::size_t> shown;
  std::vector<double> ends;
  for (std::size_t i = 0; i < curves.lines.size(); ++i)
    if (const Line& line = curves.lines[i]; !line.y.empty())
      shown.push_back(i), ends.push_back(range.place(line.y.back().mean));
  if (shown.empty()) return axes_of(curves, range) + "plot NaN\n";
  const std::vector<double> places = spread_labels(ends);
  std::string labels, bands, lines;
  for (std::size_t k = 0; k < shown.size(); ++k) {
    const Line& line = curves.lines[shown[k]];
    const std::size_t column = 2 + 3 * shown[k];
    labels += fmt::format("set label '{}' at graph 1.02, graph {:.3f} noenhanced textcolor rgb '{}'\n", line.name,
                          places[k], line.colour);
    bands += fmt::format("  file using 1:(above(${})):(above(${})) with filledcurves fillcolor rgb '{}', \\\n",
                         column + 1, column + 2, line.colour);
    lines += fmt::format("{}  file using 1:{} with lines linecolor rgb '{}' dashtype {} linewidth 2",
                         k > 0 ? ", \\\n" : "", column, line.colour, line.dash);
  }
  return axes_of(curves, range) + labels + "plot \\\n" + bands + lines + "\n";
}

constexpr const char* head =
    R"(# Run by gnuplot. Lines are means over the seeds, geometric ones of gradients; bands reach from the lowest to the
# highest seed.
set datafile separator comma
set key off
set border 3 linecolor rgb '#808080'
set grid ytics linecolor rgb '#e0e0e0' linetype 1
set style fill transparent solid 0.2 noborder
do for [kind in 'png svg'] {{
if (kind eq 'png') {{
  set terminal pngcairo size {width},{height} font 'Sans,12'
  small = ',10'; large = ',14'
}} else {{
  set terminal svg size {width},{height} font 'sans-serif,16' background 'white'
  small = ',13'; large = ',18'
}}
set output '{name}.'.kind
set tics nomirror font small textcolor rgb '#404040'
set multiplot layout {rows},{columns} title "{title}" noenhanced font large \
  margins {left:.3f},{right:.3f},{bottom:.3f},{top:.3f} spacing {between_columns:.3f},{between_rows:.3f}
)";

// Sizes in pixels; a letter of a name takes 9.
std::string head_of(const Picture& picture) {
  using fmt::arg;
  std::size_t longest = 0;
  for (const auto& panel : picture.panels)
    for (const Line& line : panel.curves->lines) longest = std::max(longest, line.name.size());
  const auto title_lines = std::count(picture.title.begin(), picture.title.end(), '\\');  // after the first
  const double top = 92 + 26 * static_cast<double>(title_lines);
  const auto rows = static_cast<double>(picture.rows), columns = static_cast<double>(picture.panels.size()) / rows;
  const double names = 15 + 9 * static_cast<double>(longest);
  const double width = (500 + std::max(names - 200, 0.)) * columns, height = 299 * rows + 140 * (rows - 1) + top + 69;
  return fmt::format(head, arg("name", picture.name), arg("title", picture.title), arg("width", width),
                     arg("height", height), arg("rows", rows), arg("columns", columns), arg("left", 60 / width),
                     arg("right", 1 - names / width), arg("bottom", 69 / height), arg("top", 1 - top / height),
                     arg("between_columns", (67.5 + names) / width), arg("between_rows", 140 / height));
}

// gnuplot's exit code; none: there is no gnuplot.
std::optional<int> run_gnuplot(const std::string& folder, const std::string& script) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::string program = "gnuplot", argument = script;
  char* arguments[] = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return {};
  if (error != 0) fail("draw", fmt::format("gnuplot cannot be run: {}", std::strerror(error)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

Spread spread_of(const std::vector<double>& values) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {nan, nan, nan};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {std::accumulate(values.begin(), values.end(), 0.) / static_cast<double>(values.size()), *low, *high};
}

Spread geometric_spread_of(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  const auto [mean, low, high] = spread_of(values);
  return {std::exp(mean), std::exp(low), std::exp(high)};
}

void write_csv(const Curves& curves, const std::string& folder) {
  std::string text = curves.x_name;
  for (const Line& line : curves.lines) text += fmt::format(",{0},{0}_low,{0}_high", line.name);
  text += '\n';
  for (std::size_t i = 0; i < curves.x.size(); ++i) {
    text += fmt::format("{}", curves.x[i]);
    for (const Line& line : curves.lines) {
      const Spread s = line.y.empty() ? spread_of({}) : line.y.at(i);
      fmt::format_to(std::back_inserter(text), ",{:.9g},{:.9g},{:.9g}", s.mean, s.low, s.high);
    }
    text += '\n';
  }
  nn::replace_file(fmt::format("{}/{}.csv", folder, curves.name), text);
}

double Range::place(double y) const {
  const double p = logarithmic ? std::log(y / low) / std::log(high / low) : (y - low) / (high - low);
  return std::isnan(p) ? 0 : p;
}

Range range_of(const std::vector<const Curves*>& all, double decades) {
  const bool logarithmic = all[0]->logarithmic;
  double low = INFINITY, high = -INFINITY;
  for (const Curves* curves : all)
    for (const auto& [name, y, colour, dash] : curves->lines)
      for (std::size_t i = logarithmic ? 0 : y.size() / 10; i < y.size(); ++i) {
        if (std::isfinite(y[i].high)) high = std::max(high, y[i].high);
        if (std::isfinite(y[i].low) && (!logarithmic || y[i].low > 0)) low = std::min(low, y[i].low);
      }
  if (!(low < high)) return {1, 2, logarithmic};  // nothing to see
  if (logarithmic) return {std::max(low, high * std::pow(10, -decades)) / 1.5, high * 1.5, true};
  const double margin = (high - low) / 20;
  return {std::max(low - margin, 0.), high + margin, false};
}

void write_script(const Picture& picture, const std::string& folder) {
  std::string text = head_of(picture);
  for (const auto& panel : picture.panels) text += commands_of(*panel.curves, panel.range);
  text += "unset multiplot\n}\nunset output\n";
  nn::replace_file(fmt::format("{}/{}.gp", folder, picture.name), text);
}

void draw(const std::vector<std::string>& names, const std::string& folder) {
  for (const std::string& name : names) {
    const auto code = run_gnuplot(folder, name + ".gp");
    if (!code) {
      fmt::print("There is no gnuplot to draw the pictures: install gnuplot-nox, then 'cd {} && gnuplot *.gp'\n",
                 folder);
      return;
    }
    if (*code != 0) fail("draw", fmt::format("gnuplot failed on {}/{}.gp", folder, name));
  }
  fmt::print("Pictures (PNG, SVG), their gnuplot scripts and CSV files: {}\n", folder);
}

}  // namespace rw::inline REWIND_ABI::examples
