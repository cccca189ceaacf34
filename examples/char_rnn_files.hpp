// A trained character model in a directory: config.json (sizes and vocabulary) beside model.safetensors (weights). It
// is a CharRNN or a CharTransformer.
#pragma once

#include <string>
#include <variant>

#include "datasets/vocabulary.hpp"
#include "models/char_rnn.hpp"
#include "models/char_transformer.hpp"

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

// Either kind.
using CharModel = std::variant<models::CharRNN, models::CharTransformer>;

struct CharSetup {
  std::variant<models::CharRNNConfig, models::CharTransformerConfig> config;
  datasets::Vocabulary vocabulary;

  bool operator==(const CharSetup&) const = default;
};

void save_setup(const std::string& directory, const CharSetup& setup);
CharSetup load_setup(const std::string& directory);  // throws as load_config does

CharModel make_char_model(const CharSetup& setup, Rng& rng);
CharModel load_char_model(const std::string& directory, const CharSetup& setup, Rng& rng);  // in eval mode

}  // namespace rw::inline REWIND_ABI::examples
