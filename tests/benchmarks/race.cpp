#include "race.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace rw::bench {
namespace {

double milliseconds(const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double turn(const Contestant& contestant) {
  constexpr double least = 50;
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  contestant.enter();
  const double once = milliseconds(contestant.step);
  const int steps = std::max(1, static_cast<int>(least / std::max(once, 1e-5)));
  return milliseconds([&] {
           for (int i = 0; i < steps; ++i) contestant.step();
         }) /
         steps;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<double> race(const std::vector<Contestant>& contestants, int rounds) {
  std::vector<std::vector<double>> times(contestants.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t i = 0; i < contestants.size(); ++i) times[i].push_back(turn(contestants[i]));
  std::vector<double> medians;
  for (const auto& own : times) medians.push_back(median(own));
  return medians;
}

void parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::exit(app.exit(e) == 0 ? 0 : 2);
  }
}

void add_rounds(CLI::App& app, int& rounds) {
  app.add_option("--rounds", rounds, "Turns of each contestant")->check(CLI::Range(1, 10000))->capture_default_str();
}

int rounds_asked(int argc, char** argv, const std::string& about) {
  int rounds = 15;
  CLI::App app(about + "; medians");
  add_rounds(app, rounds);
  parse(app, argc, argv);
  return rounds;
}

}  // namespace rw::bench
