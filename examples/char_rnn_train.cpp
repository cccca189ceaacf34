#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "datasets/char_corpus.hpp"
#include "examples/char_rnn_report.hpp"
#include "examples/char_rnn_verbs.hpp"
#include "examples/model_folder.hpp"
#include "examples/report.hpp"
#include "models/char_task.hpp"
#include "nn/positions.hpp"

namespace rw::inline REWIND_ABI::examples::char_rnn {
namespace {

std::string name_of(const models::CharRNNConfig& c) { return fmt::format("{} {} x {}", c.layers, c.cell, c.hidden); }

std::string name_of(const models::CharTransformerConfig& c) {
  return fmt::format("{} transformer x {}, {} heads, a context of {}", c.layers, c.width, c.heads, c.context);
}

}  // namespace

void TransformerFlags::add_to(CLI::App& verb) {
  verb.add_option("--heads", heads, "Of a Transformer: heads of a layer; they divide --hidden")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--feed-forward", feed_forward, "Of a Transformer: units between layers; 0: four times --hidden")
      ->check(number_in(0, 1e9))
      ->capture_default_str();
  verb.add_option("--positions", positions, "Of a Transformer: how it knows the order of symbols")
      ->check(CLI::IsMember(nn::position_names()))
      ->capture_default_str();
}

void Train::add_to(CLI::App& verb) {
  verb_ = &verb;
  verb.add_option("--data", data, "Text files; without: this program's own source and documentation")->take_all();
  training.add_to(verb), model.add_to(verb), transformer.add_to(verb), common.add_to(verb);
  verb.get_option("--cell")->description(
      "Recurrent cell, or transformer: with --hidden 128 --layers 4 --dropout 0 --lr 4e-3 --warmup 0.05, if they are "
      "not said");
  verb.add_option("--bptt,--context", bptt, "Steps that gradients look back; a Transformer sees no more")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_flag("--tied", tied, "The output's weight is the embedding's");
  verb.add_flag("--bytes", bytes, "Symbols are bytes, not Unicode code points");
  verb.add_option("--sample-length", sample_length, "Symbols to write after each validation")->capture_default_str();
}

void Train::check_flags() {
  if (verb_ == nullptr) return;
  const auto otherwise = [&](const char* name, auto& value, auto other) {
    if (verb_->count(name) > 0) return;
    value = other;
    verb_->get_option(name)->default_str(fmt::format("{}", other));
  };
  if (model.cell != "transformer") {
    for (const char* name : {"--heads", "--feed-forward", "--positions"})
      if (verb_->count(name) > 0) throw CLI::ValidationError(name, "is a Transformer's: add --cell transformer");
    return;
  }
  if (verb_->count("--embed") > 0)
    throw CLI::ValidationError("--embed", "a Transformer's embedding is as wide as its layers: give --hidden alone");
  otherwise("--hidden", model.hidden, std::size_t{128}), otherwise("--layers", model.layers, std::size_t{4});
  otherwise("--lr", training.optimizer_options.lr, 4e-3), otherwise("--warmup", training.trainer.schedule.warmup, 0.05);
  otherwise("--dropout", model.dropout, 0.);
}

CharSetup Train::setup(const datasets::Vocabulary& vocabulary) const {
  const std::size_t V = vocabulary.size();
  if (model.cell != "transformer")
    return {models::CharRNNConfig{model.cell, V, model.hidden, model.layers, model.embed, model.dropout, tied},
            vocabulary};
  return {models::CharTransformerConfig{.vocabulary = V,
                                        .width = model.hidden,
                                        .heads = transformer.heads,
                                        .layers = model.layers,
                                        .feed_forward = transformer.feed_forward,
                                        .context = bptt,
                                        .positions = transformer.positions,
                                        .dropout = model.dropout,
                                        .tied = tied},
          vocabulary};
}

bool Train::operator()() {
  check_flags();
  common.apply();
  const datasets::CharCorpus corpus(text_of(data, bytes), bytes);
  const CharSetup chosen = setup(corpus.vocabulary());
  Rng rng(training.seed);
  CharModel network = make_char_model(chosen, rng);
  return std::visit([&](auto& own) { return run(own, chosen, corpus, rng); }, network);
}

template <class Model>
bool Train::run(Model& network, const CharSetup& chosen, const datasets::CharCorpus& corpus, Rng& rng) const {
  models::CharTask<Model> task(network, corpus, rng, {training.batch, bptt, sample_length});
  fmt::print("{} symbols of {} kinds; split {}\n", corpus.train().size() + corpus.validation().size(),
             corpus.vocabulary().size(), corpus.split_hash());
  fmt::print("{}: {} parameters\n", name_of(network.config()), nn::count_parameters(network));
  flush();

  auto optimizer = nn::make_optimizer(training.optimizer, task.parameters(), training.optimizer_options);
  nn::Trainer trainer(task, *optimizer, training.trainer_options());
  claim_directory(
      training.out, training.trainer.resume, corpus.split_hash(), [&] { return load_setup(training.out) == chosen; },
      [&] { save_setup(training.out, chosen); });
  const nn::TrainingResult result = trainer.run();
  const bool page = common.report.wanted();
  if (result.interrupted && page) write_page(network, corpus, result);
  if (result.interrupted) return false;

  nn::eval(network);
  const double nats = models::evaluate(network, corpus.validation());
  nlohmann::json report = metrics(result, training.seed);
  report.update(scores(nats));
  report["chars_per_second"] = result.items_per_second;
  report["parameters"] = nn::count_parameters(network);
  report["split"] = corpus.split_hash();
  report["weights"] = nn::load_safetensors(training.out + "/model.safetensors").metadata.at("xxh64");
  common.write(report);
  fmt::print("validation: {}\n", score_line(nats));
  fmt::print("{} steps in {:.0f} s, {:.0f} characters/s; weights {}\n", result.steps, result.seconds,
             result.items_per_second, report["weights"].get<std::string>());
  fmt::print("model: {}/model.safetensors; next: char_rnn sample --model {}\n", training.out, training.out);
  if (page) write_page(network, corpus, result);
  return true;
}

template <class Model>
void Train::write_page(Model& network, const datasets::CharCorpus& corpus, const nn::TrainingResult& result) const {
  const RunNames names{"characters", "nats a character", "nats a character", true};
  nlohmann::json report = {
      {"title", "A character model learns"},
      {"lead", fmt::format("{} × {} × {} units, {} parameters, on a text of {} symbols.", model.layers, model.cell,
                           model.hidden, grouped(nn::count_parameters(network)),
                           grouped(corpus.train().size() + corpus.validation().size()))}};
  if (load_best(network, training.out)) {
    report["facts"] = facts(models::evaluate(network, corpus.validation()));
    add_symbols(report, network, corpus);
  }
  add_result(report, result, training.out, names);
  report["identity"].push_back({"split of the data", corpus.split_hash()});
  add_run(report, training.out, names);
  write_report(common.report, std::move(report));
}

}  // namespace rw::inline REWIND_ABI::examples::char_rnn
