#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "examples/report.hpp"
#include "examples/translate_report.hpp"
#include "examples/translate_scores.hpp"
#include "examples/translate_verbs.hpp"

namespace rw::inline REWIND_ABI::examples::translation {
namespace {

// All of them are measured: one that does not fit would make the score another.
void check_lengths(const datasets::IndexedPairs& pairs, const datasets::ParallelText& text, std::size_t longest) {
  for (std::size_t i = 0; i < pairs.size(); ++i)
    for (const auto& [side, tokens] : {std::pair{"source", pairs.source[i].size()}, {"target", pairs.target[i].size()}})
      if (tokens > longest)
        fail("eval",
             fmt::format("{}: the {} has {} tokens, and the model takes {}: split the sentence, or train with "
                         "a larger --longest",
                         text.lines.empty() ? fmt::format("pair {}", i + 1) : fmt::format("line {}", text.lines[i]),
                         side, tokens, longest));
}

struct Evaluation {
  datasets::Sequences translations;
  TranslationScores scores;
  double loss = 0, seconds = 0;

  double perplexity() const { return std::exp(loss); }
  double rate() const { return static_cast<double>(translations.size()) / seconds; }
};

Evaluation evaluate(const Eval& flags, const Network& network, const TranslationSetup& setup,
                    const datasets::ParallelText& pairs) {
  const datasets::IndexedPairs indexed = index_pairs(pairs, setup.source, setup.target);
  check_lengths(indexed, pairs, longest_of(setup.config));
  Evaluation found;
  found.loss = mean_loss(network, indexed);
  const auto began = std::chrono::steady_clock::now();
  found.translations = translate(network, indexed.source, flags.beam.of(setup.config), flags.batch);
  found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  std::vector<std::string> texts;
  for (const auto& tokens : found.translations) texts.push_back(setup.target.decode(tokens));
  found.scores = score_translations(texts, pairs.target);
  return found;
}

void print(const Evaluation& found, const models::BeamOptions& beam) {
  fmt::print("{}\ncross-entropy {:.4f} nats a token, perplexity {:.2f}\n", text_of(found.scores), found.loss,
             found.perplexity());
  fmt::print("{} sentences in {:.2f} s: {:.1f} sentences/s, beam {}, length penalty {}; BLEU is {}\n",
             found.translations.size(), found.seconds, found.rate(), beam.beam, beam.length_penalty,
             datasets::signature(datasets::BleuOptions()));
}

nlohmann::json to_json(const Evaluation& found, const models::BeamOptions& beam) {
  nlohmann::json report = to_json(found.scores);
  report.update({{"loss", found.loss},
                 {"perplexity", found.perplexity()},
                 {"seconds", found.seconds},
                 {"sentences_per_second", found.rate()},
                 {"beam", beam.beam},
                 {"length_penalty", beam.length_penalty}});
  return report;
}

void write_page(const Eval& flags, const Network& network, const TranslationSetup& setup,
                const datasets::ParallelText& pairs, const Evaluation& found) {
  const std::string of = flags.data.empty() ? "embedded pairs" : fmt::format("{}", fmt::join(flags.data, " "));
  nlohmann::json page = {
      {"title", "A model that translates, measured"},
      {"lead", fmt::format("The model of {} on {} sentences: {}.", flags.model, found.translations.size(), of)},
      {"facts", facts_of(found.scores)}};
  page["facts"].push_back({"perplexity of a token", fmt::format("{:.2f}", found.perplexity())});
  add_translations(page, network, setup, pairs, found.translations, of);
  write_report(flags.common.report, std::move(page));
}

}  // namespace

void Eval::add_to(CLI::App& verb) {
  verb.add_option("--model", model, "Directory of the run")->required();
  add_files(verb, "--data", data, "Source and target, two files or a table; without: embedded pairs");
  verb.add_option("--part", part, "Of the embedded pairs")
      ->check(CLI::IsMember({"train", "validation", "test"}))
      ->capture_default_str();
  verb.add_option("--batch", batch, "Sentences side by side")->check(at_least_1())->capture_default_str();
  beam.add_to(verb), common.add_to(verb);
}

bool Eval::operator()() const {
  common.apply();
  if (part != "test" && !data.empty())
    throw CLI::ValidationError("--part", "files have no parts, all of --data is measured");
  const TranslationSetup setup = load_translation_setup(model);
  Rng rng(0);
  const Network network = load_network(model, setup, rng);
  const datasets::ParallelText pairs = read_pairs(data, part);
  const Evaluation found = evaluate(*this, network, setup, pairs);
  print(found, beam.options);
  common.write(to_json(found, beam.options));
  if (common.report.wanted()) write_page(*this, network, setup, pairs, found);
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::translation
