// What a tagger gets wrong, for a report.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "examples/ner_files.hpp"

namespace rw::inline REWIND_ABI::examples {

// Adds to the report, of sentences and the tags `found` in them: the confusion matrix of the tokens' types (of spans:
// with O), a table of the types, and the wrong sentences whose right tags the model finds least likely. Each token
// there has an influence: the norm of the gradient of that loss with respect to its word's vector. `of` names the
// sentences. The model in eval mode.
void add_tags(nlohmann::json& report, const models::BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
              const std::vector<datasets::TaggedSentence>& sentences,
              const std::vector<std::vector<std::string>>& found, const std::string& of);

}  // namespace rw::inline REWIND_ABI::examples
