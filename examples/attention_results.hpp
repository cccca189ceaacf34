// The results of attention_tasks' runs on one problem, over their seeds: as a table, as curves of a picture, for a
// report.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "examples/plots.hpp"

namespace rw::inline REWIND_ABI::examples {

class RecallResults {
 public:
  void add(const nlohmann::json& result);  // of a run
  void print(const std::string& problem) const;
  Curves curves(const std::string& problem) const;              // % right against T
  nlohmann::json comparison(const std::string& problem) const;  // an element of a report's "comparison"

 private:
  struct Runs {
    std::vector<double> right;                // in percent; NaN: it diverged
    std::vector<double> steps;                // of the curves
    std::vector<std::vector<double>> losses;  // the training loss at these steps, of each run that has one
  };
  struct Row {
    std::string model;
    std::size_t width = 0, parameters = 0;
    std::map<std::size_t, Runs> runs;  // by T

    Spread right(std::size_t T) const;  // NaN if there is no run
  };

  nlohmann::json table() const;
  nlohmann::json chart_of_lengths() const;
  nlohmann::json chart_of_training(std::size_t T) const;

  std::map<std::size_t, Row> rows_;  // by the model's place in recall_models()
  std::set<std::size_t> lengths_;
  double guess_ = 0;  // % right
};

// Both problems side by side: copy.csv, reversal.csv, attention_tasks.png and .svg.
void draw(const std::map<std::string, RecallResults>& problems, const std::string& folder);

}  // namespace rw::inline REWIND_ABI::examples
