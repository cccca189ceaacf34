// A model that translates in a directory: config.json (what it is), source.vocabulary and target.vocabulary, or a joint
// one, vocabulary; and model.safetensors (weights).
#pragma once

#include <string>

#include "datasets/text_codec.hpp"
#include "examples/translate_model.hpp"

namespace rw::inline REWIND_ABI::examples {

struct TranslationSetup {
  NetworkConfig config;
  datasets::TextCodec source, target;  // equal if they are joint

  bool joint() const { return source == target; }
  bool operator==(const TranslationSetup&) const = default;
};

void save_translation_setup(const std::string& directory, const TranslationSetup& setup);
// Throws if a file is missing, damaged, or does not describe a model that translates.
TranslationSetup load_translation_setup(const std::string& directory);

// The model of the setup with the weights of model.safetensors, in eval mode.
Network load_network(const std::string& directory, const TranslationSetup& setup, Rng& rng);

}  // namespace rw::inline REWIND_ABI::examples
