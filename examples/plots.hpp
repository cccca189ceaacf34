// Lines with their spread over seeds: as CSV files, and as panels of pictures that gnuplot draws from them.
#pragma once

#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// Over the seeds; those that diverged are left out. NaN if all did.
struct Spread {
  double mean, low, high;
};
Spread spread_of(const std::vector<double>& values);
// Where values differ by powers of ten, the mean would be that of the largest alone.
Spread geometric_spread_of(std::vector<double> values);

// The colours are told apart by the colour-blind (Okabe & Ito 2008).
constexpr const char *blue = "#0072b2", *sky = "#56b4e9", *grey = "#999999", *red = "#d55e00", *pink = "#cc79a7",
                     *orange = "#e69f00", *black = "#000000", *green = "#009e73";

struct Line {
  std::string name;
  std::vector<Spread> y;  // none if all its runs diverged
  const char* colour = black;
  int dash = 1;
};

// Lines over a common x; the mean is the geometric one where they are logarithmic. NAME.csv holds x, and mean, low and
// high of each line.
struct Curves {
  std::string name, title, x_name;  // "names_loss", "Training loss", "step"
  bool logarithmic;
  std::vector<double> x;
  std::vector<Line> lines;
};

void write_csv(const Curves& curves, const std::string& folder);  // to NAME.csv

struct Range {
  double low, high;
  bool logarithmic;

  double place(double y) const;  // 0 at the bottom, 1 at the top
};
// All of the curves; of a loss not its steep beginning, of logarithmic ones no more than so many decades.
Range range_of(const std::vector<const Curves*>& all, double decades = 8);

// Panels, row by row, with a name beside the end of each line.
struct Picture {
  struct Panel {
    const Curves* curves;
    Range range;
  };
  std::string name, title;
  std::size_t rows;
  std::vector<Panel> panels;
};
// To NAME.gp, which makes NAME.png and NAME.svg from the CSV files when gnuplot runs it in that folder.
void write_script(const Picture& picture, const std::string& folder);

// Runs gnuplot on each NAME.gp of the folder, and says so if there is no gnuplot. Throws if it fails.
void draw(const std::vector<std::string>& names, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
