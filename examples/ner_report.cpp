#include "examples/ner_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "autograd/tape.hpp"
#include "examples/report.hpp"
#include "models/input_gradients.hpp"
#include "models/ner_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using datasets::Span;
using datasets::TaggedSentence;
using nlohmann::json;
using Tags = std::vector<std::string>;

constexpr std::size_t most_sentences = 12, most_compared = 1000;

std::string type_of(const datasets::TagSet& tags, const std::string& tag) {
  return tags.scheme() && tag != "O" ? datasets::spans_of({tag})[0].type : tag;
}

// Of single words each is a span of its own.
std::vector<Span> spans_in(const datasets::TagSet& tags, const Tags& sequence) {
  if (tags.scheme()) return datasets::spans_of(sequence);
  std::vector<Span> spans;
  for (std::size_t t = 0; t < sequence.size(); ++t) spans.push_back({t, t + 1, sequence[t]});
  return spans;
}

json spans_json(const std::vector<Span>& spans, const std::vector<Span>& but) {
  json all = json::array();
  for (const Span& s : spans) all.push_back({s.begin, s.end, s.type, std::count(but.begin(), but.end(), s) > 0});
  return all;
}

void add_types(json& report, const datasets::TagSet& tags, const std::vector<TaggedSentence>& gold,
               const std::vector<Tags>& found, const std::string& of) {
  Tags types;
  const auto number = [&](const std::string& tag) {
    const std::string type = type_of(tags, tag);
    const auto at = static_cast<std::size_t>(std::find(types.begin(), types.end(), type) - types.begin());
    if (at == types.size()) types.push_back(type);
    return at;
  };
  for (const std::string& tag : tags.names()) number(tag);
  Confusions counts;
  for (std::size_t i = 0; i < gold.size(); ++i)
    for (std::size_t t = 0; t < found[i].size(); ++t) ++counts[{number(gold[i].tags[t]), number(found[i][t])}];
  add_confusion(report, of, types, counts);
}

void add_scores(json& report, const models::TaggingScore& score) {
  if (!score.of_spans) return;
  json rows = json::array();
  const auto add = [&](const std::string& name, const datasets::SpanCounts& c) {
    rows.push_back(
        {name, rounded(c.precision() / 100), rounded(c.recall() / 100), rounded(c.f1() / 100), c.gold, c.found});
  };
  for (const auto& [type, counts] : score.score.types) add(type, counts);
  add("all", score.score.all);
  report["scores"] = {{"caption", "Spans with the same beginning, end and type"},
                      {"columns", {"type", "precision", "recall", "F1", "gold", "found"}},
                      {"rows", rows}};
}

// A sentence that is wrong, and -log p of its right tags. One with a tag that the model does not know has none.
struct Wrong {
  std::size_t sentence;
  double loss;
};

std::vector<Wrong> worst(const models::BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
                         const std::vector<TaggedSentence>& gold, const std::vector<std::size_t>& wrong) {
  const Pause pause;
  std::vector<Wrong> all;
  for (const std::size_t i : wrong) {
    const auto known = [&](const std::string& tag) { return vocabulary.tags.knows(tag); };
    if (all.size() == most_compared) break;
    if (!std::all_of(gold[i].tags.begin(), gold[i].tags.end(), known)) continue;
    const auto batch = batch_of(index_sentences(vocabulary, {gold[i]}, true), {0});
    all.push_back({i, static_cast<double>(model.loss(batch).item())});
  }
  std::stable_sort(all.begin(), all.end(), [](const Wrong& a, const Wrong& b) { return a.loss > b.loss; });
  all.resize(std::min(all.size(), most_sentences));
  return all;
}

json sentence_json(const models::BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
                   const TaggedSentence& gold, const Tags& found) {
  const datasets::IndexedSentences indexed = index_sentences(vocabulary, {gold}, true);
  datasets::TaggedBatch batch = batch_of(indexed, {0});
  const IndexArray words = batch.words;
  const Array norms = models::input_gradient_norms(model, "word_embedding.weight", words,
                                                   [&](const models::BigruNER& copy, const IndexArray& rows) {
                                                     batch.words = rows;
                                                     return copy.loss(batch);
                                                   });
  const auto gold_spans = spans_in(vocabulary.tags, gold.tags), found_spans = spans_in(vocabulary.tags, found);
  json item = {{"words", gold.tokens},
               {"unknown", json::array()},
               {"gaps", json::array()},
               {"gold", spans_json(gold_spans, found_spans)},
               {"found", spans_json(found_spans, gold_spans)}};
  for (const Scalar norm : norms) item["influence"].push_back(rounded(static_cast<double>(norm)));
  for (std::size_t t = 0; t < words.size(); ++t)
    if (words.data()[t] == datasets::WordVocabulary::unknown) item["unknown"].push_back(t);
  return item;
}

}  // namespace

void add_tags(json& report, const models::BigruNER& model, const datasets::TaggingVocabulary& vocabulary,
              const std::vector<TaggedSentence>& sentences, const std::vector<Tags>& found, const std::string& of) {
  const datasets::TagSet& tags = vocabulary.tags;
  add_types(report, tags, sentences, found, of);
  add_scores(report, models::score_tags(tags, sentences, found));
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < sentences.size(); ++i)
    if (spans_in(tags, sentences[i].tags) != spans_in(tags, found[i])) wrong.push_back(i);
  report["mistakes"] = {{"kind", "spans"},
                        {"of_spans", tags.scheme().has_value()},
                        {"of", of},
                        {"wrong", wrong.size()},
                        {"all", sentences.size()},
                        {"items", json::array()}};
  for (const auto& [i, loss] : worst(model, vocabulary, sentences, wrong)) {
    json item = sentence_json(model, vocabulary, sentences[i], found[i]);
    item["loss"] = rounded(loss);
    report["mistakes"]["items"].push_back(std::move(item));
  }
}

}  // namespace rw::inline REWIND_ABI::examples
