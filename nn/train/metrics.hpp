// metrics.jsonl: how a run went, one JSON object a line, appended as it happens:
//   {"step": 200, "epoch": 0.4, "loss": 1.91, "val_loss": 1.87, "lr": 0.004, "grad_norm": 0.8,
//    "items_per_second": 20114.0, "seconds": 12.5}
// "loss" is the mean since the line before; "val_loss" stands only where there was a validation.
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

class MetricsFile {
 public:
  // Keeps the lines up to `last_step` of a file that is there: a resumed run writes the later ones again.
  MetricsFile(std::string path, std::size_t last_step);
  void append(const Metrics& metrics) const;  // throws if it cannot be written

 private:
  std::string path_;
};

}  // namespace rw::inline REWIND_ABI::nn
