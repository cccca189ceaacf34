#include "datasets/chrf.hpp"

#include <fmt/format.h>
#include <utf8.h>

#include <iterator>
#include <span>

#include "datasets/ngrams.hpp"
#include "datasets/tokenizer.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::size_t char_order = 6;

bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

std::u32string characters(const std::vector<std::string>& words) {
  std::u32string all;
  for (const std::string& word : words) utf8::unchecked::utf8to32(word.begin(), word.end(), std::back_inserter(all));
  return all;
}

// One mark of punctuation is cut off each word: at its end or, if there is none, at its beginning.
std::vector<std::string> without_punctuation(const std::vector<std::string>& words) {
  std::vector<std::string> parts;
  for (const std::string& word : words) {
    const std::size_t cut = word.size() == 1               ? 0
                            : is_punctuation(word.back())  ? word.size() - 1
                            : is_punctuation(word.front()) ? 1
                                                           : 0;
    if (cut > 0) parts.push_back(word.substr(0, cut));
    parts.push_back(word.substr(cut));
  }
  return parts;
}

double f_score(const std::vector<NgramCounts>& orders) {
  constexpr double beta2 = 2 * 2;
  double P = 0, R = 0;
  std::size_t effective = 0;
  for (const NgramCounts& counts : orders) {
    if (counts.hypothesis == 0 || counts.reference == 0) continue;
    P += static_cast<double>(counts.matched) / static_cast<double>(counts.hypothesis);
    R += static_cast<double>(counts.matched) / static_cast<double>(counts.reference);
    ++effective;
  }
  if (P + R == 0) return 0;
  P /= static_cast<double>(effective), R /= static_cast<double>(effective);
  return 100 * (1 + beta2) * P * R / (beta2 * P + R);
}

}  // namespace

double corpus_chrf(const std::vector<std::string>& hypotheses, const std::vector<std::string>& references,
                   const ChrfOptions& options) {
  check_sentences("chrf", hypotheses, references);
  std::vector<NgramCounts> orders(char_order + options.word_order);
  Numbers numbers;
  const auto words = [&](const std::string& text) {
    return split_at_spaces(normalised(text, {.lower_case = options.lower_case}));
  };
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    const std::vector<std::string> h = words(hypotheses[i]), r = words(references[i]);
    std::vector<NgramCounts> sentence(orders.size());
    const std::span all(sentence);
    count_ngrams(characters(h), characters(r), all.first(char_order));
    count_ngrams(numbers(without_punctuation(h)), numbers(without_punctuation(r)), all.subspan(char_order));
    for (std::size_t n = 0; n < orders.size(); ++n) {
      if (sentence[n].reference == 0) continue;  // a hypothesis is not blamed for what its reference is too short for
      orders[n].hypothesis += sentence[n].hypothesis;
      orders[n].reference += sentence[n].reference;
      orders[n].matched += sentence[n].matched;
    }
  }
  return f_score(orders);
}

std::string signature(const ChrfOptions& options) {
  return fmt::format("nrefs:1|case:{}|eff:yes|nc:{}|nw:{}|space:no", options.lower_case ? "lc" : "mixed", char_order,
                     options.word_order);
}

}  // namespace rw::inline REWIND_ABI::datasets
