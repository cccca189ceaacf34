// What compare_cells compares cells on. A task holds its data, and makes a model of any cell and size; all models of a
// seed see the same batches. Another task is a function like these three, in a file of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "autograd/rng.hpp"
#include "nn/train/task.hpp"

namespace rw::inline REWIND_ABI::examples {

// Weights and batches have generators of their own: whatever a cell draws for its weights, its batches are the same.
struct Generators {
  explicit Generators(std::uint64_t seed) : weights(seed), batches(seed) {}
  Rng weights, batches;
};

class ComparedModel {
 public:
  virtual ~ComparedModel() = default;

  virtual nn::Task& task() = 0;  // validates on the test part

  // Mean over a batch of the training part of the norm of d loss / d x, x the embedded inputs, d steps before the end.
  virtual std::vector<double> gradient_norms() const = 0;
};

struct ComparedTask {
  std::string name, score;  // "names", "span F1"
  std::string beside;       // what to hold the scores against
  bool counts_errors;       // what task().validate() gives is 1 - score, not the score
  double lr;
  std::function<std::unique_ptr<ComparedModel>(const std::string& cell, std::size_t hidden, std::uint64_t seed)> make;
};

std::size_t count_parameters(ComparedModel& model);

// A character model, on the last tenth of a text. The loss whose gradient is taken is that of the last of 64
// characters.
ComparedTask compare_characters(const std::string& text);
// Synthetic reviews: one way, and the last state alone decides, so that cells have to remember.
ComparedTask compare_reviews();
// Synthetic sentences with names: both ways, with characters and a CRF. The loss is that of all tags.
ComparedTask compare_names();

// For the batch whose gradients are taken: the n longest, or all if there are fewer.
std::vector<std::size_t> longest(const std::vector<std::size_t>& lengths, std::size_t n);

}  // namespace rw::inline REWIND_ABI::examples
