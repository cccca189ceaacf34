// A trained BigruNER in a directory: config.json (sizes, vocabulary, tags) beside model.safetensors (weights).
#pragma once

#include <string>

#include "datasets/indexed_sentences.hpp"
#include "models/bigru_ner.hpp"

namespace rw::inline REWIND_ABI::examples {

struct NERSetup {
  models::BigruNERConfig config;
  datasets::TaggingVocabulary vocabulary;
  bool operator==(const NERSetup&) const = default;
};

void save_ner_setup(const std::string& directory, const NERSetup& setup);
// Throws if there is no such file or it does not describe a BigruNER.
NERSetup load_ner_setup(const std::string& directory);

models::BigruNER make_ner(const NERSetup& setup, Rng& rng);
// The same with the weights of model.safetensors, in eval mode.
models::BigruNER load_ner(const std::string& directory, const NERSetup& setup, Rng& rng);

}  // namespace rw::inline REWIND_ABI::examples
