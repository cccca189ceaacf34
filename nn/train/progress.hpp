// One line that says how far a run is: "[=======>            ]  36 %  20114 characters/s  1:52 left
// loss 1.734". On a terminal it is drawn over and over in its place; elsewhere (a log) a new line comes now
// and then. To stderr.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::nn {

struct ProgressState {
  double fraction = 0;              // done, [0, 1]
  double items_per_second = 0;      // 0: not known yet
  double seconds_left = -1;         // negative: not known yet
  std::optional<double> loss = {};  // of a training
};

// At most `width` columns.
std::string progress_line(const ProgressState& state, const std::string& item_name, std::size_t width);

std::string format_duration(double seconds);  // "0:07", "12:30", "1:02:03"

class Progress {
 public:
  // `start`: the fraction that was done before this run, for the time left.
  Progress(std::string item_name, bool quiet, double start = 0);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void update(double fraction, double items_per_second, std::optional<double> loss = {});
  void print(const std::string& text);  // whole lines, above the bar
  void clear();                         // takes the bar away

 private:
  using Clock = std::chrono::steady_clock;
  bool due(double fraction, Clock::time_point now) const;

  std::string item_name_;
  bool quiet_, terminal_, drawn_ = false;
  double start_, shown_fraction_;
  Clock::time_point began_, shown_;
};

}  // namespace rw::inline REWIND_ABI::nn
