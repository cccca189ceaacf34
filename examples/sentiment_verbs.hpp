// The verbs of `sentiment`. Each returns false if it was interrupted.
#pragma once

#include <string>
#include <vector>

#include "datasets/synthetic_reviews.hpp"
#include "examples/flags.hpp"
#include "examples/labelled_data.hpp"
#include "examples/sentiment_files.hpp"

namespace rw::inline REWIND_ABI::examples::sentiment {

// The reviews of `part`, "train" or "test": the same for everybody, whatever the seed of a training.
datasets::SyntheticReviews embedded_reviews(const std::string& part);

struct Train {
  CommonFlags common;
  LabelledDataFlags data;
  ModelFlags model{.cell = "lstm", .hidden = 128, .layers = 1, .embed = 128, .dropout = 0.5};
  TrainingFlags training;
  std::string pooling = "max+mean", vectors;
  double word_dropout = 0.1, validation_share = 0.1;
  std::size_t minimum_count = 2, most_known = 30000, most_words = 400;
  bool one_way = false, keep_case = false, fold_digits = false;

  Train() { training.optimizer_options.lr = 2e-3, training.default_minutes = 10; }
  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Eval {
  CommonFlags common;
  LabelledDataFlags data;
  std::string model, part = "test";

  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Predict {
  MachineFlags machine;
  std::string model;
  std::vector<std::string> files;
  bool json = false, timing = false;
  std::size_t batch = 1;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

// All three on the embedded reviews, in a folder that is then removed.
struct Demo {
  bool operator()() const;
};

}  // namespace rw::inline REWIND_ABI::examples::sentiment
