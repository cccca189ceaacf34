// A trained CharRNN in a directory: config.json (sizes and vocabulary) beside model.safetensors (weights).
#pragma once

#include <string>

#include "datasets/vocabulary.hpp"
#include "models/char_rnn.hpp"

namespace rw::inline REWIND_ABI::models {

struct CharRNNConfigFile {
  CharRNNConfig config;
  datasets::Vocabulary vocabulary;
};

void save_config(const std::string& directory, const CharRNNConfig& config, const datasets::Vocabulary& vocabulary);
// Throws if there is no such file or it does not describe a CharRNN.
CharRNNConfigFile load_config(const std::string& directory);

// The model of load_config with the weights of model.safetensors, in eval mode.
CharRNN load_char_rnn(const std::string& directory, const CharRNNConfig& config, Rng& rng);

}  // namespace rw::inline REWIND_ABI::models
