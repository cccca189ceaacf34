#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/hold_out.hpp"
#include "examples/model_folder.hpp"
#include "examples/report.hpp"
#include "examples/translate_report.hpp"
#include "examples/translate_scores.hpp"
#include "examples/translate_verbs.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples::translation {
namespace {

using datasets::IndexedPairs;
using datasets::ParallelText;

struct Data {
  TranslationSetup setup;
  IndexedPairs training, validation;
  ParallelText held_out;  // the validation's
  std::string split;      // hashes of the pairs that train and of those that validate
};

std::string hash_of(const ParallelText& pairs) {
  std::string all;
  for (std::size_t i = 0; i < pairs.size(); ++i) all += pairs.source[i] + '\t' + pairs.target[i] + '\n';
  return nn::xxh64(all);
}

// Says how many pairs of `text`, which is cut as well, are too long for the model.
void leave_out_long(IndexedPairs& pairs, ParallelText& text, std::size_t longest, const std::string& of) {
  const std::size_t all = pairs.size();
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < all; ++i)
    if (std::max(pairs.source[i].size(), pairs.target[i].size()) <= longest) kept.push_back(i);
  if (kept.size() == all) return;
  if (kept.empty())
    fail("train", fmt::format("all {} pairs {} have more than {} tokens on a side: set --longest", all, of, longest));
  const auto cut = [&](auto& values) {
    for (std::size_t i = 0; i < kept.size(); ++i) std::swap(values[i], values[kept[i]]);
    values.resize(kept.size());
  };
  cut(pairs.source), cut(pairs.target), cut(text.source), cut(text.target);
  if (!text.lines.empty()) cut(text.lines);
  fmt::print(stderr, "note: {} of {} pairs {} have more than {} tokens on a side (--longest) and are left out\n",
             all - kept.size(), all, of, longest);
}

Data load(const Train& flags, Rng& rng) {
  ParallelText pairs = read_pairs(flags.data, "train");
  ParallelText held_out = !flags.validation.empty() || flags.data.empty()
                              ? read_pairs(flags.validation, "validation")
                              : hold_out(pairs, flags.validation_share, rng);
  auto [source, target] = flags.vocabulary.learn(pairs, flags.architecture.architecture == "transformer");
  NetworkConfig config = flags.architecture.config(source, target);
  IndexedPairs training = index_pairs(pairs, source, target), validation = index_pairs(held_out, source, target);
  leave_out_long(training, pairs, flags.architecture.longest, "to train on");
  leave_out_long(validation, held_out, flags.architecture.longest, "to validate");
  std::string split = hash_of(pairs) + "-" + hash_of(held_out);
  return {{std::move(config), std::move(source), std::move(target)},
          std::move(training),
          std::move(validation),
          std::move(held_out),
          std::move(split)};
}

void print_description(const Data& data, std::size_t parameters) {
  const auto& [config, source, target] = data.setup;
  fmt::print("{} pairs to train on, {} to validate; {}\n", data.training.size(), data.validation.size(),
             data.setup.joint() ? fmt::format("{} tokens of both languages", source.size())
                                : fmt::format("{} and {} tokens", source.size(), target.size()));
  fmt::print("{}: {} parameters\n", describe(config), parameters);
  flush();
}

// Always the likeliest word, as far as the model can write.
models::BeamOptions greedy(const Data& data) { return BeamFlags{{.beam = 1}}.of(data.setup.config); }

// The first sentences of the validation part, each with what the model makes of it now.
std::string sample_of(const Network& network, const Data& data) {
  constexpr std::size_t shown = 3;
  datasets::Sequences sources = data.validation.source;
  sources.resize(std::min(shown, sources.size()));
  const datasets::Sequences found = translate(network, sources, greedy(data));
  std::string text;
  for (std::size_t i = 0; i < found.size(); ++i)
    text +=
        fmt::format("{}  {}\n  -> {}", i == 0 ? "" : "\n", data.held_out.source[i], data.setup.target.decode(found[i]));
  return text;
}

// What is measured of the best weights.
struct Measured {
  datasets::Sequences translations;
  TranslationScores scores;
};

Measured measure(const Network& network, const Data& data) {
  Measured measured{translate(network, data.validation.source, greedy(data)), {}};
  std::vector<std::string> texts;
  for (const auto& tokens : measured.translations) texts.push_back(data.setup.target.decode(tokens));
  measured.scores = score_translations(texts, data.held_out.target);
  return measured;
}

void write_page(const Train& flags, Network& network, std::size_t parameters, const Data& data,
                const nn::TrainingResult& result) {
  const bool smoothed = flags.architecture.label_smoothing > 0;
  const RunNames names{"target tokens",
                       smoothed ? "cross-entropy with label smoothing, nats a token" : "cross-entropy, nats a token",
                       "cross-entropy, nats a token", !smoothed};
  nlohmann::json report = {
      {"title", "A model learns to translate"},
      {"lead", fmt::format("{}, {} parameters; {} pairs to train on, {} to validate.", describe(data.setup.config),
                           grouped(parameters), grouped(data.training.size()), grouped(data.validation.size()))}};
  if (std::visit([&](auto& model) { return load_best(model, flags.training.out); }, network)) {
    const auto [translations, scores] = measure(network, data);
    report["facts"] = facts_of(scores);
    report["facts"].push_back({"perplexity of a token", fmt::format("{:.2f}", std::exp(result.best_loss))});
    add_translations(report, network, data.setup, data.held_out, translations, "The validation part");
  }
  report["identity"].push_back({"split of the data", data.split});
  add_result(report, result, flags.training.out, names);
  add_run(report, flags.training.out, names);
  write_report(flags.common.report, std::move(report));
}

void report_result(const Train& flags, const TranslationScores& scores, const nn::TrainingResult& result,
                   std::size_t parameters) {
  nlohmann::json report = metrics(result, flags.training.seed);
  report["validation"] = to_json(scores);
  report["validation"]["loss"] = result.best_loss;
  report["validation"]["perplexity"] = std::exp(result.best_loss);
  report["tokens_per_second"] = result.items_per_second;
  report["parameters"] = parameters;
  report["weights"] = nn::load_safetensors(flags.training.out + "/model.safetensors").metadata.at("xxh64");
  flags.common.write(report);
  fmt::print("validation: {:.4f} nats a token, perplexity {:.2f}; {}, greedy\n", result.best_loss,
             std::exp(result.best_loss), text_of(scores));
  fmt::print("{} steps in {:.0f} s, {:.0f} target tokens/s; weights {}\n", result.steps, result.seconds,
             result.items_per_second, report["weights"].get<std::string>());
  fmt::print("model: {0}/model.safetensors; next: translate translate --model {0}\n", flags.training.out);
}

template <class Model>
bool train(const Train& flags, Model& model, Network& network, const Data& data, Rng& rng) {
  const TrainingFlags& training = flags.training;
  models::TranslationTask<Model> task(model, data.training, data.validation, rng, training.tokens,
                                      flags.architecture.forcing, [&] { return sample_of(network, data); });
  const std::size_t parameters = nn::count_parameters(model);
  print_description(data, parameters);
  const auto optimizer = nn::make_optimizer(training.optimizer, task.parameters(), training.optimizer_options);
  nn::Trainer trainer(task, *optimizer, training.trainer_options());
  claim_directory(
      training.out, training.trainer.resume, data.split,
      [&] { return load_translation_setup(training.out) == data.setup; },
      [&] { save_translation_setup(training.out, data.setup); });
  const nn::TrainingResult result = trainer.run();
  const bool page = flags.common.report.wanted();
  if (!result.interrupted) {
    nn::eval(model);
    report_result(flags, measure(network, data).scores, result, parameters);
  }
  if (page) write_page(flags, network, parameters, data, result);
  return !result.interrupted;
}

}  // namespace

Train::Train() {
  training.tokens = 3000, training.default_minutes = 20, training.optimizer_options.lr = 1e-3;
  training.optimizer_options.beta2 = 0.98, training.trainer.schedule.warmup = 0.05;
}

void Train::add_to(CLI::App& verb) {
  add_files(verb, "--data", data,
            "Source and target, two files that match line by line, or a table of both; .gz as well");
  add_files(verb, "--validation", validation, "The same of what chooses the best weights; without: a share of --data");
  verb.add_option("--validation-share", validation_share, "That share")
      ->check(number_in(0, 0.9, true))
      ->capture_default_str();
  architecture.add_to(verb), vocabulary.add_to(verb), training.add_to(verb), common.add_to(verb);
}

bool Train::operator()() const {
  common.apply();
  Rng rng(training.seed);
  const Data loaded = load(*this, rng);
  Network network = make_network(loaded.setup.config, rng);
  return std::visit([&](auto& model) { return train(*this, model, network, loaded, rng); }, network);
}

}  // namespace rw::inline REWIND_ABI::examples::translation
