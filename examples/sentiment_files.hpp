// A trained SentimentLSTM in a directory: config.json (sizes, classes, words, how texts are read) beside
// model.safetensors (weights).
#pragma once

#include <string>
#include <vector>

#include "datasets/indexed_text.hpp"
#include "models/sentiment_lstm.hpp"

namespace rw::inline REWIND_ABI::examples {

struct SentimentSetup {
  models::SentimentLSTMConfig config;
  std::vector<std::string> classes;
  datasets::TextEncoder encoder;

  bool operator==(const SentimentSetup&) const = default;
};

void save_sentiment_setup(const std::string& directory, const SentimentSetup& setup);
// Throws if there is no such file or it does not describe a SentimentLSTM.
SentimentSetup load_sentiment_setup(const std::string& directory);

// The model of the setup with the weights of model.safetensors, in eval mode.
models::SentimentLSTM load_sentiment(const std::string& directory, const SentimentSetup& setup, Rng& rng);

}  // namespace rw::inline REWIND_ABI::examples
