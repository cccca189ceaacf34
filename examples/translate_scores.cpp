#include "examples/translate_scores.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "datasets/chrf.hpp"

namespace rw::inline REWIND_ABI::examples {

TranslationScores score_translations(const std::vector<std::string>& translations,
                                     const std::vector<std::string>& references) {
  return {datasets::corpus_bleu(translations, references),
          datasets::corpus_bleu(translations, references, {.lower_case = true}),
          datasets::corpus_chrf(translations, references), translations.size()};
}

nlohmann::json to_json(const TranslationScores& s) {
  return {{"bleu", s.bleu.score},
          {"bleu_lower_case", s.lower.score},
          {"brevity_penalty", s.bleu.brevity_penalty},
          {"bleu_signature", datasets::signature(datasets::BleuOptions())},
          {"chrf", s.chrf},
          {"sentences", s.sentences}};
}

nlohmann::json facts_of(const TranslationScores& s) {
  const auto tenths = [](double x) { return fmt::format("{:.1f}", x); };
  return {{"BLEU", tenths(s.bleu.score)}, {"BLEU, lower-cased", tenths(s.lower.score)}, {"chrF", tenths(s.chrf)}};
}

std::string text_of(const TranslationScores& s) {
  return fmt::format("BLEU {:.2f} ({:.2f} lower-cased), chrF {:.2f}", s.bleu.score, s.lower.score, s.chrf);
}

}  // namespace rw::inline REWIND_ABI::examples
