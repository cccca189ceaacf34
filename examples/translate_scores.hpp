// How good translations are, said and written.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "datasets/bleu.hpp"

namespace rw::inline REWIND_ABI::examples {

struct TranslationScores {
  datasets::Bleu bleu, lower;  // with capitals told apart, and without
  double chrf = 0;
  std::size_t sentences = 0;
};
TranslationScores score_translations(const std::vector<std::string>& translations,
                                     const std::vector<std::string>& references);

nlohmann::json to_json(const TranslationScores& scores);
nlohmann::json facts_of(const TranslationScores& scores);  // for a report
std::string text_of(const TranslationScores& scores);      // one line

}  // namespace rw::inline REWIND_ABI::examples
