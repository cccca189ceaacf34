#include "datasets/ngrams.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>
#include <utf8.h>

#include <algorithm>
#include <iterator>

namespace rw::inline REWIND_ABI::datasets {
namespace {

using Views = std::vector<std::u32string_view>;

// From every place of the sentence on, up to `longest` symbols. In order, so that their beginnings are in order too.
Views sorted_ngrams(std::u32string_view sentence, std::size_t longest) {
  Views ngrams;
  for (std::size_t i = 0; i < sentence.size(); ++i) ngrams.push_back(sentence.substr(i, longest));
  std::sort(ngrams.begin(), ngrams.end());
  return ngrams;
}

Views of_length(const Views& ngrams, std::size_t n) {
  Views beginnings;
  for (const std::u32string_view ngram : ngrams)
    if (ngram.size() >= n) beginnings.push_back(ngram.substr(0, n));
  return beginnings;
}

bool is_space(char32_t c) { return (c >= 0x1C && c <= 0x1F) || u_isUWhiteSpace(static_cast<UChar32>(c)); }

}  // namespace

void count_ngrams(std::u32string_view hypothesis, std::u32string_view reference, std::span<NgramCounts> orders) {
  const Views h = sorted_ngrams(hypothesis, orders.size()), r = sorted_ngrams(reference, orders.size());
  for (std::size_t n = 1; n <= orders.size(); ++n) {
    const Views of_h = of_length(h, n), of_r = of_length(r, n);
    Views both;
    std::set_intersection(of_h.begin(), of_h.end(), of_r.begin(), of_r.end(), std::back_inserter(both));
    orders[n - 1].hypothesis += of_h.size();
    orders[n - 1].reference += of_r.size();
    orders[n - 1].matched += both.size();
  }
}

std::u32string Numbers::operator()(const std::vector<std::string>& words) {
  std::u32string sentence;
  for (const std::string& word : words)
    sentence += numbers_.try_emplace(word, static_cast<char32_t>(numbers_.size())).first->second;
  return sentence;
}

std::vector<std::string> split_at_spaces(std::string_view text) {
  std::vector<std::string> words;
  const char *begin = text.data(), *end = begin + text.size();
  for (const char* next = begin; next != end;) {
    const char* here = next;
    if (!is_space(utf8::unchecked::next(next))) continue;
    if (here != begin) words.emplace_back(begin, here);
    begin = next;
  }
  if (begin != end) words.emplace_back(begin, end);
  return words;
}

std::string_view without_trailing_spaces(std::string_view text) {
  const char* end = text.data() + text.size();
  for (const char* last = end; last != text.data(); end = last)
    if (!is_space(utf8::unchecked::prior(last))) break;
  return {text.data(), end};
}

void check_sentences(const char* op, const std::vector<std::string>& hypotheses,
                     const std::vector<std::string>& references) {
  if (hypotheses.empty() && references.empty()) fail(op, "there is no sentence to score; give at least one");
  if (hypotheses.size() != references.size())
    fail(op,
         fmt::format("references: expected {}, one for each hypothesis, got {}", hypotheses.size(), references.size()));
}

}  // namespace rw::inline REWIND_ABI::datasets
