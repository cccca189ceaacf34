#include "datasets/span_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "autograd/check.hpp"
#include "datasets/spans.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

// Multiplied first: conlleval's order, so that rounding agrees.
double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(100 * part) / static_cast<double>(whole);
}

std::string scores(const SpanCounts& counts) {
  return fmt::format("precision: {:6.2f}%; recall: {:6.2f}%; FB1: {:6.2f}", counts.precision(), counts.recall(),
                     counts.f1());
}

}  // namespace

double SpanCounts::precision() const { return percent(correct, found); }
double SpanCounts::recall() const { return percent(correct, gold); }
double SpanCounts::f1() const {
  const double P = precision(), R = recall();
  return P + R > 0 ? 2 * P * R / (P + R) : 0;
}

double SpanScore::accuracy() const { return percent(correct_tags, tokens); }

void SpanScore::add(const std::vector<std::string>& gold, const std::vector<std::string>& found) {
  if (gold.size() != found.size())
    fail("span_score", fmt::format("expected {} tags, as many as gold, got {}", gold.size(), found.size()));
  const std::vector<Span> gold_spans = conlleval_spans(gold), found_spans = conlleval_spans(found);
  std::vector<Span> both;
  std::set_intersection(gold_spans.begin(), gold_spans.end(), found_spans.begin(), found_spans.end(),
                        std::back_inserter(both));
  const auto count = [&](const std::vector<Span>& spans, std::size_t SpanCounts::*counter) {
    all.*counter += spans.size();
    for (const Span& span : spans) ++(types[span.type].*counter);
  };
  count(gold_spans, &SpanCounts::gold);
  count(found_spans, &SpanCounts::found);
  count(both, &SpanCounts::correct);
  tokens += gold.size();
  for (std::size_t t = 0; t < gold.size(); ++t) correct_tags += gold[t] == found[t] ? 1 : 0;
}

void SpanScore::add_sentences(const std::vector<TaggedSentence>& gold, const std::vector<TaggedSentence>& found) {
  if (gold.size() != found.size())
    fail("span_score", fmt::format("expected {} sentences, as many as gold, got {}", gold.size(), found.size()));
  const TagScheme scheme = scheme_of(gold);
  const bool convert = scheme == TagScheme::bioes || scheme != scheme_of(found);
  SpanScore sum = *this;
  for (std::size_t i = 0; i < gold.size(); ++i)
    if (convert)
      sum.add(convert_tags(gold[i].tags, TagScheme::iob2), convert_tags(found[i].tags, TagScheme::iob2));
    else
      sum.add(gold[i].tags, found[i].tags);
  *this = std::move(sum);
}

std::string conlleval_report(const SpanScore& score) {
  std::string report = fmt::format("processed {} tokens with {} phrases; found: {} phrases; correct: {}.\n",
                                   score.tokens, score.all.gold, score.all.found, score.all.correct);
  if (score.tokens > 0) report += fmt::format("accuracy: {:6.2f}%; {}\n", score.accuracy(), scores(score.all));
  constexpr std::size_t width = 17;  // in bytes, whatever they look like
  for (const auto& [type, counts] : score.types)
    report += fmt::format("{}{}: {}  {}\n", std::string(width - std::min(width, type.size()), ' '), type,
                          scores(counts), counts.found);
  return report;
}

}  // namespace rw::inline REWIND_ABI::datasets
