// Profile: where a tape's time and memory go, forward and rewinding.
//
//   Tape tape;
//   Profile& profile = tape.profile();         // measures from here on
//   tape.backward(model.loss(batch));
//   profile.print(std::cout);                  // a table
//   profile.write_trace(file);                 // for chrome://tracing or ui.perfetto.dev
//
// A forward time runs from the end of the operation recorded before: what the program does between, and operations that
// need no gradient, are in it. Products of a weight that are joined (levers.hpp) are in the time of the operation that
// hands over the last of them, or of its leaf. Of a derivative that is recorded (create_graph), and of what is run
// again (checkpoint.hpp), what is recorded counts as forward.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {

class Profile final : public TapeObserver {
 public:
  // One operation in one scope, its time steps taken together.
  struct Line {
    std::string op, scope;
    std::size_t calls = 0, rewound = 0;  // how often it was recorded, and how often rewound
    std::size_t bytes = 0;               // of its results
    double forward = 0, backward = 0;    // seconds
  };
  std::vector<Line> lines() const;  // that with the most time first

  void print(std::ostream& out) const;
  void write_trace(std::ostream& out) const;  // the Trace Event Format's JSON; times in microseconds

 private:
  friend class Tape;
  using Clock = std::chrono::steady_clock;
  struct Event {
    const char* op;
    std::uint32_t scope;
    bool backward;
    double begin, seconds;
    std::size_t bytes;
  };

  explicit Profile(Tape& tape) : tape_(tape) { tape.observe(*this); }
  void recorded(std::size_t entry, TensorSpan outputs) override;
  void arriving(std::size_t entry) override;
  void left(std::size_t entry) override;
  double now() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

  Tape& tape_;
  Clock::time_point began_ = Clock::now();
  double mark_ = 0, arrived_ = 0;  // when the last event ended; when rewinding came to the entry that it is at
  double recorded_ = 0;            // since then, of operations of its derivative that were recorded
  std::vector<Event> events_;
};

}  // namespace rw::inline REWIND_ABI
