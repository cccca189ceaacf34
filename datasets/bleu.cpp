#include "datasets/bleu.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "datasets/ngrams.hpp"
#include "datasets/tokenizer.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_point(char c) { return c == '.' || c == ','; }

// ASCII punctuation that is always a token: all but ' , - and the full stop.
bool stands_alone(char c) {
  return (c > ' ' && c < '\'') || (c > '\'' && c < ',') || c == '/' || (c >= ':' && c <= '@') ||
         (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

void replace(std::string& text, std::string_view old, std::string_view fresh) {
  for (std::size_t i = 0; (i = text.find(old, i)) != text.npos; i += fresh.size()) text.replace(i, old.size(), fresh);
}

// Spaces around one of the two neighbours in each pair that matches. Both are then done with, as in a regular
// expression: the second is not the first of another pair.
template <class Match>
std::string set_apart(const std::string& text, bool first, Match match) {
  std::string spaced;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (i + 1 < text.size() && match(text[i], text[i + 1])) {
      const char a = text[i], b = text[++i];
      spaced += first ? std::initializer_list<char>{' ', a, ' ', b} : std::initializer_list<char>{a, ' ', b, ' '};
    } else {
      spaced += text[i];
    }
  return spaced;
}

double percent(const NgramCounts& counts, double matched) {
  return 100 * matched / static_cast<double>(counts.hypothesis);
}

std::array<double, 4> smoothed_precisions(const std::array<NgramCounts, 4>& orders) {
  std::array<double, 4> precisions{};
  if (std::none_of(orders.begin(), orders.end(), [](const NgramCounts& counts) { return counts.matched > 0; }))
    return precisions;
  double smoothed = 1;
  for (std::size_t n = 0; n < orders.size() && orders[n].hypothesis > 0; ++n)
    precisions[n] = percent(orders[n], orders[n].matched > 0 ? static_cast<double>(orders[n].matched) : smoothed /= 2);
  return precisions;
}

}  // namespace

std::vector<std::string> tokens_13a(std::string_view source) {
  std::string text(without_trailing_spaces(source));
  replace(text, "<skipped>", "");
  replace(text, "-\n", "");
  for (const auto& [entity, character] : {std::pair{"&quot;", "\""}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}})
    replace(text, entity, character);
  std::string spaced = " ";
  for (const char c : text) spaced += stands_alone(c) ? std::string{' ', c, ' '} : std::string{c};
  spaced += ' ';
  spaced = set_apart(spaced, false, [](char a, char b) { return !is_digit(a) && is_point(b); });
  spaced = set_apart(spaced, true, [](char a, char b) { return is_point(a) && !is_digit(b); });
  spaced = set_apart(spaced, false, [](char a, char b) { return is_digit(a) && b == '-'; });
  return split_at_spaces(spaced);
}

Bleu corpus_bleu(const std::vector<std::string>& hypotheses, const std::vector<std::string>& references,
                 const BleuOptions& options) {
  check_sentences("bleu", hypotheses, references);
  std::array<NgramCounts, 4> orders;
  Numbers numbers;
  const auto tokens = [&](const std::string& text) {
    return numbers(tokens_13a(normalised(text, {.lower_case = options.lower_case})));
  };
  Bleu bleu;
  for (std::size_t i = 0; i < hypotheses.size(); ++i)
    count_ngrams(tokens(hypotheses[i]), tokens(references[i]), orders);
  bleu.precisions = smoothed_precisions(orders);
  bleu.hypothesis_tokens = orders[0].hypothesis, bleu.reference_tokens = orders[0].reference;
  const double h = static_cast<double>(bleu.hypothesis_tokens), r = static_cast<double>(bleu.reference_tokens);
  bleu.brevity_penalty = h >= r ? 1 : h > 0 ? std::exp(1 - r / h) : 0;
  double logs = 0;  // log 0 is minus infinity: then the score is 0
  for (const double precision : bleu.precisions) logs += std::log(precision) / 4;
  bleu.score = bleu.brevity_penalty * std::exp(logs);
  return bleu;
}

std::string signature(const BleuOptions& options) {
  return std::string("nrefs:1|case:") + (options.lower_case ? "lc" : "mixed") + "|eff:no|tok:13a|smooth:exp";
}

}  // namespace rw::inline REWIND_ABI::datasets
