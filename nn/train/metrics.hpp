// metrics.jsonl: how a run went, one JSON object a line, appended as it happens:
//   {"step": 200, "epoch": 0.4, "loss": 1.91, "val_loss": 1.87, "lr": 0.004, "grad_norm": 0.8,
//    "items_per_second": 20114.0, "seconds": 12.5}
// "loss" is the mean since the line before; "val_loss" stands only where there was a validation.
// samples.jsonl: what the task had to show after each validation, {"step": 200, "text": "..."}.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::nn {

struct Metrics {
  std::size_t step = 0;
  double epoch = 0, loss = 0;
  std::optional<double> validation_loss;
  double learning_rate = 0, gradient_norm = 0, items_per_second = 0, seconds = 0;
};

class StepsFile {
 public:
  // Keeps the lines up to `last_step` of a file that is there: a resumed run writes the later ones again.
  StepsFile(std::string path, std::size_t last_step);

  // Throw if it cannot be written.
  void append(const Metrics& metrics) const;
  void append(std::size_t step, const std::string& sample) const;

 private:
  void append_line(const std::string& json) const;

  std::string path_;
};

}  // namespace rw::inline REWIND_ABI::nn
