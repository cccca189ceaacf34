// A character-level language model, recurrent or a Transformer: train it on a text, measure it, let it write.
//
//   char_rnn train  --data FILE... --out DIR      text to model
//   char_rnn eval   --model DIR --data FILE       nats and bits a character on the validation part
//   char_rnn sample --model DIR --prompt TEXT     the model writes
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "datasets/text_file.hpp"
#include "datasets/utf8.hpp"
#include "examples/char_rnn_report.hpp"
#include "examples/char_rnn_verbs.hpp"
#include "examples/embedded_text.hpp"
#include "examples/report.hpp"
#include "models/char_task.hpp"

namespace rw::inline REWIND_ABI::examples::char_rnn {

std::string text_of(const std::vector<std::string>& files, bool bytes) {
  return files.empty() ? std::string(embedded_text()) : datasets::read_text(files, bytes);
}

nlohmann::json scores(double nats) {
  return {{"val_nats_per_char", nats}, {"val_bits_per_char", nats / std::log(2.)}, {"perplexity", std::exp(nats)}};
}

std::string score_line(double nats) {
  return fmt::format("{:.4f} nats/char, {:.4f} bits/char, perplexity {:.3f}", nats, nats / std::log(2.),
                     std::exp(nats));
}

nlohmann::json facts(double nats) {
  return nlohmann::json::array({{"validation", fmt::format("{:.4f} nats a character", nats)},
                                {"in bits", fmt::format("{:.4f} bits a character", nats / std::log(2.))},
                                {"perplexity", fmt::format("{:.3f}", std::exp(nats))}});
}

void Eval::add_to(CLI::App& verb) {
  verb.add_option("--model", model, "Directory of the run")->required();
  verb.add_option("--data", data, "The text files it was trained on")->take_all();
  common.add_to(verb);
}

bool Eval::operator()() const {
  common.apply();
  const CharSetup setup = load_setup(model);
  Rng rng(0);
  const CharModel network = load_char_model(model, setup, rng);
  const datasets::CharCorpus corpus(text_of(data, setup.vocabulary.bytes()), setup.vocabulary);
  const IndexArray& validation = corpus.validation();
  const auto began = std::chrono::steady_clock::now();
  const double nats = std::visit([&](const auto& own) { return models::evaluate(own, validation); }, network);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  nlohmann::json measured = scores(nats);
  measured.update(
      {{"characters", validation.size() - 1}, {"seconds", seconds.count()}, {"split", corpus.split_hash()}});
  common.write(measured);
  fmt::print("validation, {} characters (split {}): {}\n", validation.size() - 1, corpus.split_hash(),
             score_line(nats));
  if (!common.report.wanted()) return true;
  nlohmann::json report = {{"title", "A character model, measured"},
                           {"lead", fmt::format("The model of {} on the last tenth of a text.", model)},
                           {"facts", facts(nats)}};
  report["identity"].push_back({"split of the data", corpus.split_hash()});
  std::visit([&](const auto& own) { add_symbols(report, own, corpus); }, network);
  write_report(common.report, std::move(report));
  return true;
}

void Sample::add_to(CLI::App& verb) {
  verb.add_option("--model", model, "Directory of the run")->required();
  verb.add_option("--prompt", prompt, "How the text begins");
  verb.add_option("--length", length, "Symbols to write")->capture_default_str();
  verb.add_option("--temperature", options.temperature, "Below 1: safer, above: bolder; 0: the likeliest")
      ->capture_default_str();
  verb.add_option("--top-k", options.top_k, "Draw from the k likeliest symbols; 0: from all")->capture_default_str();
  verb.add_option("--seed", seed, "Seed of all random numbers")->capture_default_str();
  machine.add_to(verb);
}

bool Sample::operator()() const {
  machine.apply();
  const CharSetup setup = load_setup(model);
  Rng rng(seed);
  const CharModel network = load_char_model(model, setup, rng);
  const IndexArray symbols = setup.vocabulary.encode(prompt, "prompt");
  datasets::Utf8Stream text;
  const auto print = [](const std::string& piece) {
    fmt::print("{}", piece);
    flush();
  };
  print(prompt);
  const auto write = [&](Index i) { print(text.push(setup.vocabulary.decode(i))); };
  std::visit([&](const auto& own) { own.generate(symbols, length, options, rng, write); }, network);
  print(text.finish() + "\n");
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::char_rnn

int main(int argc, char** argv) {
  using namespace rw::examples;
  CLI::App app("A character-level language model: train it, measure it, let it write");
  char_rnn::Train train;
  train.add_to(add_verb(app, "train", "Train a model on text files", std::ref(train)));
  char_rnn::Eval eval;
  eval.add_to(add_verb(app, "eval", "Measure a model on the validation part of a text", std::ref(eval)));
  char_rnn::Sample sample;
  sample.add_to(add_verb(app, "sample", "Write text", std::ref(sample)));
  return run(app, argc, argv);
}
