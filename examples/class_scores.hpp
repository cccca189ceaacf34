// How well texts are told apart, for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/sentiment_task.hpp"

namespace rw::inline REWIND_ABI::examples {

// Accuracy, loss, ROC-AUC, and for each class precision, recall, F1 and as what its texts were read.
void print_scores(const std::string& of, const models::SentimentScores& scores,
                  const std::vector<std::string>& classes);

// The same for a report's "facts".
nlohmann::json facts_of(const models::SentimentScores& scores);

nlohmann::json to_json(const models::SentimentScores& scores, const std::vector<std::string>& classes);

}  // namespace rw::inline REWIND_ABI::examples
