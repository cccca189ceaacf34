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
void check_lengths(const datasets::IndexedPairs& pairs, std::size_t longest) {
  for (std::size_t i = 0; i < pairs.size(); ++i)
    for (const auto& [side, tokens] : {std::pair{"source", pairs.source[i].size()}, {"target", pairs.target[i].size()}})
      if (tokens > longest)
        fail("eval", fmt::format("pair {}: the {} has {} tokens, and the model takes {}: split the sentence, or train "
                                 "with a larger --longest",
                                 i + 1, side, tokens, longest));
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
  const datasets::IndexedPairs indexed = index_pairs(pairs, setup.source, setup.target);
  check_lengths(indexed, longest_of(setup.config));

  const double loss = mean_loss(network, indexed);
  const auto began = std::chrono::steady_clock::now();
  const datasets::Sequences found = translate(network, indexed.source, beam.of(setup.config), batch);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  std::vector<std::string> texts;
  for (const auto& tokens : found) texts.push_back(setup.target.decode(tokens));
  const TranslationScores scores = score_translations(texts, pairs.target);
  const double rate = static_cast<double>(found.size()) / seconds.count();

  fmt::print("{}\ncross-entropy {:.4f} nats a token, perplexity {:.2f}\n", text_of(scores), loss, std::exp(loss));
  fmt::print("{} sentences in {:.2f} s: {:.1f} sentences/s, beam {}, length penalty {}; BLEU is {}\n", found.size(),
             seconds.count(), rate, beam.options.beam, beam.options.length_penalty,
             datasets::signature(datasets::BleuOptions()));
  nlohmann::json report = to_json(scores);
  report.update({{"loss", loss},
                 {"perplexity", std::exp(loss)},
                 {"seconds", seconds.count()},
                 {"sentences_per_second", rate},
                 {"beam", beam.options.beam},
                 {"length_penalty", beam.options.length_penalty}});
  common.write(report);
  if (common.report.wanted()) {
    const std::string of = data.empty() ? "embedded pairs" : fmt::format("{}", fmt::join(data, " "));
    nlohmann::json page = {{"title", "A model that translates, measured"},
                           {"lead", fmt::format("The model of {} on {} sentences: {}.", model, found.size(), of)},
                           {"facts", facts_of(scores)}};
    page["facts"].push_back({"perplexity of a token", fmt::format("{:.2f}", std::exp(loss))});
    add_translations(page, network, setup, pairs, found, of);
    write_report(common.report, std::move(page));
  }
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::translation
