#include "autograd/profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

namespace rw::inline REWIND_ABI {

void Profile::recorded(std::size_t entry, TensorSpan outputs) {
  std::size_t bytes = 0;
  for (const Tensor& y : outputs) bytes += y.size() * sizeof(Scalar);
  const Entry& e = tape_.entries()[entry];
  const double seconds = now() - mark_;
  events_.push_back({e.op, e.scope, false, mark_, seconds, bytes});
  recorded_ += seconds;
  mark_ = now();
}

void Profile::arriving(std::size_t) { arrived_ = mark_ = now(), recorded_ = 0; }

void Profile::left(std::size_t entry) {
  const Entry& e = tape_.entries()[entry];
  events_.push_back({e.op, e.scope, true, arrived_, now() - arrived_ - recorded_, 0});
  arrived_ = mark_ = now(), recorded_ = 0;  // an entry around it may go on: checkpoint()
}

std::vector<Profile::Line> Profile::lines() const {
  std::map<std::pair<std::string, std::string>, Line> all;
  for (const Event& event : events_) {
    const std::string scope = tape_.scope_name(event.scope, false);
    Line& line = all[{event.op, scope}];
    line.op = event.op, line.scope = scope, line.bytes += event.bytes;
    ++(event.backward ? line.rewound : line.calls);
    (event.backward ? line.backward : line.forward) += event.seconds;
  }
  std::vector<Line> lines;
  for (auto& [key, line] : all) lines.push_back(std::move(line));
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.forward + a.backward > b.forward + b.backward; });
  return lines;
}

void Profile::print(std::ostream& out) const {
  constexpr const char* row = "{:<24} {:<24} {:>7} {:>8} {:>12} {:>12} {:>12}\n";
  out << fmt::format(row, "operation", "scope", "calls", "rewound", "forward ms", "backward ms", "KiB");
  Line total;
  total.op = "all";
  const auto print_line = [&](const Line& line) {
    out << fmt::format(row, line.op, line.scope, line.calls, line.rewound, fmt::format("{:.3f}", 1e3 * line.forward),
                       fmt::format("{:.3f}", 1e3 * line.backward),
                       fmt::format("{:.1f}", static_cast<double>(line.bytes) / 1024));
  };
  for (const Line& line : lines()) {
    print_line(line);
    total.calls += line.calls, total.rewound += line.rewound, total.bytes += line.bytes;
    total.forward += line.forward, total.backward += line.backward;
  }
  print_line(total);
}

void Profile::write_trace(std::ostream& out) const {
  nlohmann::json events = nlohmann::json::array();
  for (const Event& event : events_)
    events.push_back({{"name", event.op},
                      {"cat", event.backward ? "backward" : "forward"},
                      {"ph", "X"},
                      {"ts", 1e6 * event.begin},
                      {"dur", 1e6 * event.seconds},
                      {"pid", 1},
                      {"tid", event.backward ? 2 : 1},
                      {"args", {{"scope", tape_.scope_name(event.scope)}, {"bytes", event.bytes}}}});
  for (const auto& [thread, name] : {std::pair{1, "forward"}, {2, "backward"}})
    events.push_back({{"name", "thread_name"}, {"ph", "M"}, {"pid", 1}, {"tid", thread}, {"args", {{"name", name}}}});
  out << nlohmann::json{{"traceEvents", events}, {"displayTimeUnit", "ms"}}.dump() << '\n';
}

}  // namespace rw::inline REWIND_ABI
