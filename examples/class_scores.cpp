#include "examples/class_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rw::inline REWIND_ABI::examples {

void print_scores(const std::string& of, const models::SentimentScores& scores,
                  const std::vector<std::string>& classes) {
  const nn::ConfusionMatrix& confusion = scores.confusion;
  fmt::print("{}, {} texts: accuracy {:.4f}, loss {:.4f}", of, confusion.total(), confusion.accuracy(), scores.loss);
  if (!std::isnan(scores.auc)) fmt::print(", ROC-AUC {:.4f}", scores.auc);
  std::size_t width = 5;
  for (const std::string& name : classes) width = std::max(width, name.size());
  fmt::print("\n{:<{}}  precision  recall      F1  read as", "class", width);
  for (const std::string& name : classes) fmt::print(" {:>{}}", name, std::max<std::size_t>(name.size(), 6));
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto [precision, recall, f1] = confusion.of_class(c);
    fmt::print("\n{:<{}} {:10.4f} {:7.4f} {:7.4f}         ", classes[c], width, precision, recall, f1);
    for (std::size_t p = 0; p < classes.size(); ++p)
      fmt::print(" {:>{}}", confusion.count(c, p), std::max<std::size_t>(classes[p].size(), 6));
  }
  fmt::print("\n");
}

nlohmann::json facts_of(const models::SentimentScores& scores) {
  auto facts = nlohmann::json::array({{"accuracy", fmt::format("{:.4f}", scores.confusion.accuracy())},
                                      {"loss", fmt::format("{:.4f} nats", scores.loss)},
                                      {"macro F1", fmt::format("{:.4f}", scores.confusion.macro().f1)}});
  if (!std::isnan(scores.auc)) facts.push_back({"ROC-AUC", fmt::format("{:.4f}", scores.auc)});
  return facts;
}

nlohmann::json to_json(const models::SentimentScores& scores, const std::vector<std::string>& classes) {
  const nn::ConfusionMatrix& confusion = scores.confusion;
  nlohmann::json rows = nlohmann::json::array();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    rows.push_back(nlohmann::json::array());
    for (std::size_t p = 0; p < classes.size(); ++p) rows.back().push_back(confusion.count(c, p));
  }
  return {{"texts", confusion.total()}, {"accuracy", confusion.accuracy()},
          {"loss", scores.loss},        {"macro_f1", confusion.macro().f1},
          {"roc_auc", scores.auc},  // null for NaN
          {"classes", classes},         {"confusion", rows}};
}

}  // namespace rw::inline REWIND_ABI::examples
