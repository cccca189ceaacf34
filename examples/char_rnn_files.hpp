// A trained CharRNN in a directory: config.json (sizes and vocabulary) beside model.safetensors (weights).
#pragma once

#include <string>

#include "datasets/vocabulary.hpp"
#include "models/char_rnn.hpp"

namespace rw::inline REWIND_ABI::examples {

struct CharRNNConfigFile {
  models::CharRNNConfig config;
  datasets::Vocabulary vocabulary;
};

void save_config(const std::string& directory, const models::CharRNNConfig& config,
                 const datasets::Vocabulary& vocabulary);
// Throws if there is no such file or it does not describe a CharRNN.
CharRNNConfigFile load_config(const std::string& directory);

// The model of load_config with the weights of model.safetensors, in eval mode.
models::CharRNN load_char_rnn(const std::string& directory, const models::CharRNNConfig& config, Rng& rng);

}  // namespace rw::inline REWIND_ABI::examples
