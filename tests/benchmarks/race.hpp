// Contestants take turns in one run, so that all of them see the same machine: ratios mean something, times do not.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rw::bench {

struct Contestant {
  std::string name;
  std::function<void()> enter;  // before its turn: how many threads the libraries may use
  std::function<void()> step;   // what is timed
};

// The median time of each contestant's step, in ms, over `rounds` rounds. A turn begins with an unmeasured step and
// then lasts 50 ms at least; before it, the threads of the one before are left time to fall asleep.
std::vector<double> race(const std::vector<Contestant>& contestants, int rounds);

// app.parse(), and the end of the program after --help (0) and wrong use (2).
void parse(CLI::App& app, int argc, char** argv);

void add_rounds(CLI::App& app, int& rounds);

// What --rounds says, 15 unless it is given, of a program that has no other flag. `about`: what it measures.
int rounds_asked(int argc, char** argv, const std::string& about);

}  // namespace rw::bench
