// A character-level language model: train it on a text, measure it, let it write.
//
//   char_rnn train  --data FILE... --out DIR      text to model
//   char_rnn eval   --model DIR --data FILE       nats and bits a character on the validation part
//   char_rnn sample --model DIR --prompt TEXT     the model writes
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/text_file.hpp"
#include "datasets/utf8.hpp"
#include "examples/char_rnn_files.hpp"
#include "examples/char_rnn_report.hpp"
#include "examples/cli.hpp"
#include "examples/embedded_text.hpp"
#include "examples/model_folder.hpp"
#include "examples/report.hpp"
#include "models/char_task.hpp"
#include "nn/train/files.hpp"

namespace {

using namespace rw;
using examples::CommonFlags;

nlohmann::json scores(double nats) {
  return {{"val_nats_per_char", nats}, {"val_bits_per_char", nats / std::log(2.)}, {"perplexity", std::exp(nats)}};
}

nlohmann::json facts(double nats) {
  return nlohmann::json::array({{"validation", fmt::format("{:.4f} nats a character", nats)},
                                {"in bits", fmt::format("{:.4f} bits a character", nats / std::log(2.))},
                                {"perplexity", fmt::format("{:.3f}", std::exp(nats))}});
}

std::string text_of(const std::vector<std::string>& files, bool bytes) {
  return files.empty() ? std::string(embedded_text()) : datasets::read_text(files, bytes);
}

struct Train {
  CommonFlags common;
  examples::ModelFlags model{.one_hot = true, .dropped = "Between layers and before the output"};
  examples::TrainingFlags training;
  std::vector<std::string> data;
  bool tied = false, bytes = false;
  std::size_t bptt = 64, sample_length = 200;

  bool operator()() const {
    common.apply();
    const std::string text = text_of(data, bytes);
    const datasets::CharCorpus corpus(text, bytes);
    const models::CharRNNConfig config{
        model.cell, corpus.vocabulary().size(), model.hidden, model.layers, model.embed, model.dropout, tied};
    Rng rng(training.seed);
    models::CharRNN network(config, rng);
    models::CharRNNTask task(network, corpus, rng, {training.batch, bptt, sample_length});
    fmt::print("{} symbols of {} kinds; split {}\n", corpus.train().size() + corpus.validation().size(),
               corpus.vocabulary().size(), corpus.split_hash());
    fmt::print("{} {} x {}: {} parameters\n", model.layers, model.cell, model.hidden, nn::count_parameters(network));
    examples::flush();

    auto optimizer = nn::make_optimizer(training.optimizer, task.parameters(), training.optimizer_options);
    nn::Trainer trainer(task, *optimizer, training.trainer_options());
    const auto same = [&] {
      const auto saved = examples::load_config(training.out);
      return saved.config == config && saved.vocabulary == corpus.vocabulary();
    };
    examples::claim_directory(training.out, training.trainer.resume, same,
                              [&] { examples::save_config(training.out, config, corpus.vocabulary()); });
    const nn::TrainingResult result = trainer.run();
    const bool page = common.report.wanted();
    if (result.interrupted && page) write_page(network, corpus, result);
    if (result.interrupted) return false;

    nn::eval(network);
    const double nats = models::evaluate(network, corpus.validation());
    nlohmann::json report = examples::metrics(result, training.seed);
    report.update(scores(nats));
    report["chars_per_second"] = result.items_per_second;
    report["parameters"] = nn::count_parameters(network);
    report["split"] = corpus.split_hash();
    report["weights"] = nn::load_safetensors(training.out + "/model.safetensors").metadata.at("xxh64");
    common.write(report);
    fmt::print("validation: {:.4f} nats/char, {:.4f} bits/char, perplexity {:.3f}\n", nats, nats / std::log(2.),
               std::exp(nats));
    fmt::print("{} steps in {:.0f} s, {:.0f} characters/s; weights {}\n", result.steps, result.seconds,
               result.items_per_second, report["weights"].get<std::string>());
    fmt::print("model: {}/model.safetensors; next: char_rnn sample --model {}\n", training.out, training.out);
    if (page) write_page(network, corpus, result);
    return true;
  }

 private:
  void write_page(models::CharRNN& network, const datasets::CharCorpus& corpus,
                  const nn::TrainingResult& result) const {
    const examples::RunNames names{"characters", "nats a character", "nats a character", true};
    nlohmann::json report = {
        {"title", "A character model learns"},
        {"lead", fmt::format("{} × {} × {} units, {} parameters, on a text of {} symbols.", model.layers, model.cell,
                             model.hidden, examples::grouped(nn::count_parameters(network)),
                             examples::grouped(corpus.train().size() + corpus.validation().size()))}};
    if (examples::load_best(network, training.out)) {
      const double nats = models::evaluate(network, corpus.validation());
      report["facts"] = facts(nats);
      examples::add_symbols(report, network, corpus);
    }
    examples::add_result(report, result, training.out, names);
    report["identity"].push_back({"split of the data", corpus.split_hash()});
    examples::add_run(report, training.out, names);
    examples::write_report(common.report, std::move(report));
  }
};

struct Eval {
  CommonFlags common;
  std::string model;
  std::vector<std::string> data;

  bool operator()() const {
    common.apply();
    const auto [config, vocabulary] = examples::load_config(model);
    Rng rng(0);
    const models::CharRNN network = examples::load_char_rnn(model, config, rng);
    const datasets::CharCorpus corpus(text_of(data, vocabulary.bytes()), vocabulary);
    const auto began = std::chrono::steady_clock::now();
    const double nats = models::evaluate(network, corpus.validation());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    nlohmann::json report = scores(nats);
    report.update(
        {{"characters", corpus.validation().size() - 1}, {"seconds", seconds.count()}, {"split", corpus.split_hash()}});
    common.write(report);
    fmt::print("validation, {} characters (split {}): {:.4f} nats/char, {:.4f} bits/char, perplexity {:.3f}\n",
               corpus.validation().size() - 1, corpus.split_hash(), nats, nats / std::log(2.), std::exp(nats));
    if (common.report.wanted()) write_page(network, corpus, nats);
    return true;
  }

 private:
  void write_page(const models::CharRNN& network, const datasets::CharCorpus& corpus, double nats) const {
    nlohmann::json report = {{"title", "A character model, measured"},
                             {"lead", fmt::format("The model of {} on the last tenth of a text.", model)},
                             {"facts", facts(nats)}};
    report["identity"].push_back({"split of the data", corpus.split_hash()});
    examples::add_symbols(report, network, corpus);
    examples::write_report(common.report, std::move(report));
  }
};

struct Sample {
  examples::MachineFlags machine;
  std::uint64_t seed = 1;
  std::string model, prompt = "\n";
  std::size_t length = 500;
  models::SamplingOptions options{.temperature = 0.8};

  bool operator()() const {
    machine.apply();
    const examples::CharRNNConfigFile saved = examples::load_config(model);
    const datasets::Vocabulary& vocabulary = saved.vocabulary;
    Rng rng(seed);
    const models::CharRNN network = examples::load_char_rnn(model, saved.config, rng);
    datasets::Utf8Stream text;
    const auto print = [](const std::string& piece) {
      fmt::print("{}", piece);
      examples::flush();
    };
    print(prompt);
    network.generate(vocabulary.encode(prompt, "prompt"), length, options, rng,
                     [&](Index i) { print(text.push(vocabulary.decode(i))); });
    print(text.finish() + "\n");
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A character-level language model: train it, measure it, let it write");
  Train train;
  CLI::App& train_verb = examples::add_verb(app, "train", "Train a model on text files", std::ref(train));
  train_verb.add_option("--data", train.data, "Text files; without: this program's own source and documentation")
      ->take_all();
  train.training.add_to(train_verb), train.model.add_to(train_verb), train.common.add_to(train_verb);
  train_verb.add_option("--bptt", train.bptt, "Steps that gradients look back")
      ->check(examples::at_least_1())
      ->capture_default_str();
  train_verb.add_flag("--tied", train.tied, "The output's weight is the embedding's");
  train_verb.add_flag("--bytes", train.bytes, "Symbols are bytes, not Unicode code points");
  train_verb.add_option("--sample-length", train.sample_length, "Symbols to write after each validation")
      ->capture_default_str();

  Eval eval;
  CLI::App& eval_verb =
      examples::add_verb(app, "eval", "Measure a model on the validation part of a text", std::ref(eval));
  eval_verb.add_option("--model", eval.model, "Directory of the run")->required();
  eval_verb.add_option("--data", eval.data, "The text files it was trained on")->take_all();
  eval.common.add_to(eval_verb);

  Sample sample;
  CLI::App& sample_verb = examples::add_verb(app, "sample", "Write text", std::ref(sample));
  sample_verb.add_option("--model", sample.model, "Directory of the run")->required();
  sample_verb.add_option("--prompt", sample.prompt, "How the text begins");
  sample_verb.add_option("--length", sample.length, "Symbols to write")->capture_default_str();
  sample_verb
      .add_option("--temperature", sample.options.temperature, "Below 1: safer, above: bolder; 0: the likeliest")
      ->capture_default_str();
  sample_verb.add_option("--top-k", sample.options.top_k, "Draw from the k likeliest symbols; 0: from all")
      ->capture_default_str();
  sample_verb.add_option("--seed", sample.seed, "Seed of all random numbers")->capture_default_str();
  sample.machine.add_to(sample_verb);
  return examples::run(app, argc, argv);
}
