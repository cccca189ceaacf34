#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "datasets/conll.hpp"
#include "datasets/most_frequent_tag.hpp"
#include "examples/ner_report.hpp"
#include "examples/ner_verbs.hpp"
#include "examples/report.hpp"

namespace rw::inline REWIND_ABI::examples::ner {
namespace {

using datasets::TaggedCorpus;

TaggedCorpus corpus_of(const Eval& flags) {
  if (flags.data.embedded()) return embedded_names(flags.part).corpus;
  if (flags.part != "test" && flags.data.split.empty())
    throw CLI::ValidationError("--part", "without --split all of --data is measured");
  return flags.data.read(flags.part);
}

// Of the same files as --data, if --baseline names none: the split's training part.
TaggedCorpus training_of(const Eval& flags) {
  if (flags.data.embedded()) return embedded_names("train").corpus;
  return flags.baseline.empty() ? flags.data.read("train") : flags.data.read_file(flags.baseline);
}

// What the score is to be compared with.
void put_beside(const Eval& flags, const datasets::TagSet& tags, const TaggedCorpus& corpus, nlohmann::json& report) {
  if (flags.data.embedded() || !flags.data.split.empty() || !flags.baseline.empty()) {
    const models::TaggingScore baseline = score_baseline(tags, training_of(flags), corpus);
    report["most_frequent_tag"] = to_json(baseline);
    fmt::print("most frequent tag of each word: {:.2f} %\n", 100 * baseline.goal());
  }
  if (flags.data.embedded()) {
    const double best = embedded_names(flags.part).best_span_f1;
    report["best_span_f1"] = best;
    fmt::print("who knows how the sentences are made: {:.2f} %\n", 100 * best);
  }
}

void read_scored(datasets::TextLines lines, datasets::SpanScore& score) {
  datasets::ConllReader reader(std::move(lines), {.token_column = -1, .tag_column = -2});  // the tags found as tokens
  const std::vector<datasets::TaggedSentence> gold = read_all(reader).sentences;
  std::vector<datasets::TaggedSentence> found = gold;
  for (datasets::TaggedSentence& sentence : found) sentence.tags.swap(sentence.tokens);
  score.add_sentences(gold, found);
}

}  // namespace

void name_unknown_tags(const datasets::TagSet& tags, const TaggedCorpus& corpus) {
  if (tags.scheme()) datasets::check_tags(corpus.sentences);
  std::set<std::string> unknown;
  std::size_t tokens = 0;
  for (const datasets::TaggedSentence& sentence : corpus.sentences)
    for (const std::string& tag : sentence.tags)
      if (!tags.knows(tag)) unknown.insert(tag), ++tokens;
  if (tokens > 0)
    fmt::print(stderr, "note: the model was trained without the tags {}; so {} tokens that have them count as wrong\n",
               fmt::join(unknown, ", "), tokens);
}

std::string report_of(const models::TaggingScore& score) {
  if (score.of_spans) return conlleval_report(score.score);
  return fmt::format("processed {} tokens; accuracy: {:6.2f}%\n", score.score.tokens, score.score.accuracy());
}

nlohmann::json to_json(const models::TaggingScore& score) {
  const datasets::SpanScore& s = score.score;
  nlohmann::json json = {{"tokens", s.tokens}, {"accuracy", s.accuracy() / 100}};
  if (!score.of_spans) return json;
  const auto add = [](nlohmann::json& to, const datasets::SpanCounts& counts) {
    to["precision"] = counts.precision() / 100, to["recall"] = counts.recall() / 100, to["f1"] = counts.f1() / 100;
    to["gold"] = counts.gold, to["found"] = counts.found, to["correct"] = counts.correct;
  };
  add(json, s.all);
  for (const auto& [type, counts] : s.types) add(json["types"][type], counts);
  return json;
}

nlohmann::json facts_of(const models::TaggingScore& score) {
  const auto percent = [](double x) { return fmt::format("{:.2f} %", x); };
  auto facts = nlohmann::json::array({{"accuracy of tokens", percent(score.score.accuracy())}});
  if (!score.of_spans) return facts;
  const datasets::SpanCounts& all = score.score.all;
  facts.push_back({"F1 of spans", percent(all.f1())});
  facts.push_back({"precision, recall", percent(all.precision()) + ", " + percent(all.recall())});
  return facts;
}

models::TaggingScore score_baseline(const datasets::TagSet& tags, const TaggedCorpus& training,
                                    const TaggedCorpus& corpus) {
  const datasets::MostFrequentTag baseline(training.sentences);
  std::vector<std::vector<std::string>> found;
  for (const datasets::TaggedSentence& sentence : corpus.sentences) found.push_back(baseline(sentence.tokens));
  return models::score_tags(tags, corpus.sentences, found);
}

void Eval::add_to(CLI::App& verb) {
  verb.add_option("--model", model, "Directory of the run")->required();
  data.add_to(verb);
  verb.add_option("--part", part, "Of a split, or of the embedded sentences")->capture_default_str();
  verb.add_option("--baseline", baseline, "The training file: each word's most frequent tag in it is scored as well")
      ->needs("--data");
  verb.add_option("--batch", batch, "Sentences side by side")->check(at_least_1())->capture_default_str();
  common.add_to(verb);
}

bool Eval::operator()() const {
  common.apply();
  const NERSetup setup = load_ner_setup(model);
  Rng rng(0);
  const models::BigruNER network = load_ner(model, setup, rng);
  const TaggedCorpus corpus = corpus_of(*this);
  const datasets::TagSet& tags = setup.vocabulary.tags;
  name_unknown_tags(tags, corpus);

  const auto began = std::chrono::steady_clock::now();
  const auto found =
      predict_tags(network, setup.vocabulary, index_sentences(setup.vocabulary, corpus.sentences, false), batch);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  const models::TaggingScore score = models::score_tags(tags, corpus.sentences, found);
  nlohmann::json report = to_json(score);
  report["sentences"] = found.size(), report["seconds"] = seconds.count();
  fmt::print("{}{} sentences in {:.2f} s: {:.0f} sentences/s\n", report_of(score), found.size(), seconds.count(),
             static_cast<double>(found.size()) / seconds.count());
  put_beside(*this, tags, corpus, report);
  common.write(report);
  if (common.report.wanted()) {
    const std::string of = data.embedded() ? "embedded sentences" : fmt::format("{}", fmt::join(data.files, " "));
    nlohmann::json page = {{"title", "A tagger of sentences, measured"},
                           {"lead", fmt::format("The model of {} on {} sentences: {}.", model, found.size(), of)},
                           {"facts", facts_of(score)}};
    add_tags(page, network, setup.vocabulary, corpus.sentences, found, of);
    write_report(common.report, std::move(page));
  }
  return true;
}

void Score::add_to(CLI::App& verb) {
  verb.add_option("files", files, "Columns whose last two are the gold tag and the one found; without: standard input")
      ->take_all();
}

bool Score::operator()() const {
  datasets::SpanScore score;
  for (const std::string& file : files) read_scored(datasets::TextLines(file), score);
  if (files.empty()) read_scored({std::cin, "standard input"}, score);
  fmt::print("{}", conlleval_report(score));
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::ner
