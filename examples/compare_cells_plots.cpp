#include "examples/compare_cells_plots.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>

#include "autograd/check.hpp"
#include "nn/any_stacked.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

// A cell looks the same in every picture, whichever others are there. The colours are told apart by the colour-blind
// (Okabe & Ito 2008).
struct Style {
  const char* colour;
  int dash;
};
Style style_of(const std::string& cell) {
  constexpr std::array colours = {"#0072b2", "#56b4e9", "#999999", "#d55e00",
                                  "#cc79a7", "#e69f00", "#000000", "#009e73"};
  const auto names = nn::cell_names();
  const auto i = static_cast<std::size_t>(std::find(names.begin(), names.end(), cell) - names.begin());
  return {colours[i % colours.size()], static_cast<int>(i / colours.size()) + 1};
}

struct Range {
  double low, high;
  bool logarithmic;

  double place(double y) const {  // 0 at the bottom, 1 at the top
    const double p = logarithmic ? std::log(y / low) / std::log(high / low) : (y - low) / (high - low);
    return std::isnan(p) ? 0 : p;
  }
};

// All of the curves; of a loss not its steep beginning, of gradients no more than eight decades.
Range range_of(const std::vector<const Curves*>& all) {
  const bool logarithmic = all[0]->logarithmic;
  double low = INFINITY, high = -INFINITY;
  for (const Curves* curves : all)
    for (const auto& y : curves->y)
      for (std::size_t i = logarithmic ? 0 : y.size() / 10; i < y.size(); ++i) {
        if (std::isfinite(y[i].high)) high = std::max(high, y[i].high);
        if (std::isfinite(y[i].low) && (!logarithmic || y[i].low > 0)) low = std::min(low, y[i].low);
      }
  if (!(low < high)) return {1, 2, logarithmic};  // nothing to see
  if (logarithmic) return {std::max(low, high * 1e-8) / 1.5, high * 1.5, true};
  const double margin = (high - low) / 20;
  return {std::max(low - margin, 0.), high + margin, false};
}

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
set xlabel '{x_name}'
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
                     arg("x_end", curves.x.back()), arg("low", range.low), arg("high", range.high),
                     arg("name", curves.name));
}

std::string panel(const Curves& curves, const std::vector<CellResults>& cells, const Range& range) {
  std::vector<std::size_t> shown;
  std::vector<double> ends;
  for (std::size_t i = 0; i < cells.size(); ++i)
    if (!curves.y[i].empty()) shown.push_back(i), ends.push_back(range.place(curves.y[i].back().mean));
  const std::vector<double> places = spread_labels(ends);
  std::string labels, bands, lines;
  for (std::size_t k = 0; k < shown.size(); ++k) {
    const std::string& cell = cells[shown[k]].cell;
    const auto [colour, dash] = style_of(cell);
    const std::size_t column = 2 + 3 * shown[k];
    labels += fmt::format("set label '{}' at graph 1.02, graph {:.3f} noenhanced textcolor rgb '{}'\n", cell, places[k],
                          colour);
    bands += fmt::format("  file using 1:(above(${})):(above(${})) with filledcurves fillcolor rgb '{}', \\\n",
                         column + 1, column + 2, colour);
    lines += fmt::format("{}  file using 1:{} with lines linecolor rgb '{}' dashtype {} linewidth 2",
                         k > 0 ? ", \\\n" : "", column, colour, dash);
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
  set terminal pngcairo size 1500,460 font 'Sans,12'
  small = ',10'; large = ',14'
}} else {{
  set terminal svg size 1500,460 font 'sans-serif,16' background 'white'
  small = ',13'; large = ',18'
}}
set output '{0}.'.kind
set tics nomirror font small textcolor rgb '#404040'
set multiplot layout 1,3 title "{1}" noenhanced font large margins 0.04,{2:.3f},0.15,0.80 spacing {3:.3f}
)";

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

void write_plot(const TaskResults& task, const std::string& folder) {
  if (is_empty(task)) return;
  std::size_t longest = 0;
  for (const CellResults& c : task.cells) longest = std::max(longest, c.cell.size());
  const double names = 0.01 + 0.006 * static_cast<double>(longest);  // their width, in pictures
  std::string text = fmt::format(head, task.name, title_of(task), 1 - names, 0.045 + names);
  const Range gradients = range_of({&task.gradient_before, &task.gradient});
  text += panel(task.loss, task.cells, range_of({&task.loss}));
  text += panel(task.gradient_before, task.cells, gradients);
  text += panel(task.gradient, task.cells, gradients);
  text += "unset multiplot\n}\nunset output\n";
  nn::replace_file(fmt::format("{}/{}.gp", folder, task.name), text);
}

void draw(const std::vector<TaskResults>& tasks, const std::string& folder) {
  for (const TaskResults& task : tasks) {
    if (is_empty(task)) continue;
    const auto code = run_gnuplot(folder, task.name + ".gp");
    if (!code) {
      fmt::print("There is no gnuplot to draw the pictures: install gnuplot-nox, then 'cd {} && gnuplot *.gp'\n",
                 folder);
      return;
    }
    if (*code != 0) fail("draw", fmt::format("gnuplot failed on {}/{}.gp", folder, task.name));
  }
  fmt::print("Pictures (PNG, SVG), their gnuplot scripts and CSV files: {}\n", folder);
}

}  // namespace rw::inline REWIND_ABI::examples
