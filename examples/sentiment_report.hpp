// What a SentimentLSTM gets wrong, for a report.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "examples/sentiment_files.hpp"

namespace rw::inline REWIND_ABI::examples {

// Adds to the report, of texts with the model's classes: the confusion matrix, a table of the classes, and the texts
// that it is surest and wrong about. Each word there has an influence: the norm of the gradient of the loss with
// respect to its vector. `of` names the texts. The model in eval mode.
void add_texts(nlohmann::json& report, const models::SentimentLSTM& model, const SentimentSetup& setup,
               const datasets::LabelledTexts& texts, const std::string& of);

}  // namespace rw::inline REWIND_ABI::examples
