// The results of memory_tasks' runs on one problem, over their seeds: as a table for people, and for a report.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

class MemoryResults {
 public:
  void add(const nlohmann::json& result);  // of a run
  void print(const std::string& problem) const;
  nlohmann::json comparison(const std::string& problem) const;  // an element of a report's "comparison"

 private:
  struct Runs {
    std::vector<double> losses;               // infinite: it diverged
    std::vector<double> steps;                // of the curves
    std::vector<std::vector<double>> curves;  // the training loss at these steps, of each run that has one
  };
  struct Row {
    std::size_t hidden = 0, parameters = 0;
    std::map<std::size_t, Runs> runs;  // by T
  };

  nlohmann::json table() const;
  nlohmann::json chart_of_gaps() const;
  nlohmann::json chart_of_training(std::size_t T) const;

  std::map<std::string, Row> rows_;          // by cell
  std::map<std::size_t, double> baselines_;  // by T
};

}  // namespace rw::inline REWIND_ABI::examples
