#include "nn/train/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace rw::inline REWIND_ABI::nn {
namespace {

std::size_t terminal_width() {
  struct winsize size = {};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

double seconds(std::chrono::steady_clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

std::string format_duration(double duration) {
  const auto s = static_cast<long long>(std::max(std::round(duration), 0.0));
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string progress_line(const ProgressState& state, const std::string& item_name, std::size_t width) {
  constexpr std::size_t bar = 20;
  const double fraction = std::clamp(state.fraction, 0.0, 1.0);
  const auto done = static_cast<std::size_t>(fraction * bar);
  const std::string head = done == bar ? "" : ">";
  std::string line = fmt::format("[{:<{}}] {:3.0f} %", std::string(done, '=') + head, bar, std::floor(fraction * 100));
  if (state.items_per_second > 0) line += fmt::format("  {:.0f} {}/s", state.items_per_second, item_name);
  if (state.seconds_left >= 0) line += fmt::format("  {} left", format_duration(state.seconds_left));
  if (state.loss) line += fmt::format("  loss {:.4g}", *state.loss);
  return line.substr(0, width);
}

Progress::Progress(std::string item_name, bool quiet, double start)
    : item_name_(std::move(item_name)),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) != 0),
      start_(start),
      shown_fraction_(start),
      began_(Clock::now()),
      shown_(began_) {}

bool Progress::due(double fraction, Clock::time_point now) const {
  const double since = seconds(now - shown_);
  if (terminal_) return !drawn_ || since >= 0.1;
  return since >= 10 || (fraction - shown_fraction_ >= 0.1 && since >= 1);
}

void Progress::update(double fraction, double items_per_second, std::optional<double> loss) {
  const auto now = Clock::now();
  if (quiet_ || !due(fraction, now)) return;
  ProgressState state{fraction, items_per_second, -1, loss};
  const double gained = fraction - start_;
  if (gained > 0) state.seconds_left = seconds(now - began_) * (1 - fraction) / gained;
  if (terminal_)
    fmt::print(stderr, "\r{}\x1b[K", progress_line(state, item_name_, terminal_width() - 1));
  else
    fmt::print(stderr, "{}\n", progress_line(state, item_name_, 1000));
  std::fflush(stderr);
  drawn_ = true, shown_ = now, shown_fraction_ = fraction;
}

void Progress::print(const std::string& text) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}\n", text);
}

void Progress::clear() {
  if (terminal_ && drawn_) fmt::print(stderr, "\r\x1b[K");
  drawn_ = false;
}

}  // namespace rw::inline REWIND_ABI::nn
