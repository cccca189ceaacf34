#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/hold_out.hpp"
#include "datasets/word_vectors.hpp"
#include "examples/class_scores.hpp"
#include "examples/model_folder.hpp"
#include "examples/report.hpp"
#include "examples/sentiment_report.hpp"
#include "examples/sentiment_verbs.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples::sentiment {
namespace {

struct Texts {
  SentimentSetup setup;
  datasets::IndexedTexts training, validation;
  datasets::LabelledTexts held_out;  // the validation's
  Array vectors;                     // of --vectors
  std::string split;                 // hashes of the texts to train on and to validate
};

std::string hash_of(const datasets::LabelledTexts& texts) {
  std::string all;
  for (const datasets::LabelledText& example : texts.examples)
    all += texts.classes.at(static_cast<std::size_t>(example.label)) + '\t' + example.text + '\n';
  return nn::xxh64(all);
}

datasets::LabelledTexts read_texts(const LabelledDataFlags& data) {
  datasets::LabelledTexts texts = data.embedded() ? embedded_reviews("train").corpus : data.read("train");
  if (texts.classes.size() < 2)
    fail("train", fmt::format("all {} texts are of the class '{}': give texts of two classes or more",
                              texts.examples.size(), texts.classes.at(0)));
  return texts;
}

Texts load(const Train& flags, Rng& rng) {
  datasets::LabelledTexts texts = read_texts(flags.data);
  datasets::LabelledTexts held_out = hold_out(texts, flags.validation_share, rng);
  const datasets::TokenizerOptions tokenizer{.lower_case = !flags.keep_case, .fold_digits = flags.fold_digits};
  auto vocabulary =
      datasets::WordVocabulary::of_counts(count_words(texts, tokenizer), {flags.minimum_count, flags.most_known});
  Array vectors;
  if (!flags.vectors.empty()) vectors = load_word_vectors(flags.vectors, vocabulary, rng).vectors;
  const models::SentimentLSTMConfig config{.cell = flags.model.cell,
                                           .vocabulary = vocabulary.size(),
                                           .classes = texts.classes.size(),
                                           .hidden = flags.model.hidden,
                                           .layers = flags.model.layers,
                                           .embed = flags.vectors.empty() ? flags.model.embed : vectors.shape()[1],
                                           .bidirectional = !flags.one_way,
                                           .pooling = flags.pooling,
                                           .dropout = flags.model.dropout,
                                           .word_dropout = flags.word_dropout};
  SentimentSetup setup{config, texts.classes, {std::move(vocabulary), tokenizer, flags.most_words}};
  auto training = index_texts(texts, setup.encoder), validation = index_texts(held_out, setup.encoder);
  std::string split = hash_of(texts) + "-" + hash_of(held_out);
  return {std::move(setup),    std::move(training), std::move(validation),
          std::move(held_out), std::move(vectors),  std::move(split)};
}

void describe(const Texts& texts, std::size_t parameters) {
  const models::SentimentLSTMConfig& c = texts.setup.config;
  fmt::print("{} texts to train on, {} to validate; {} classes; {} words\n", texts.training.size(),
             texts.validation.size(), c.classes, c.vocabulary);
  fmt::print("{} x {} x {}{}, {} pooled: {} parameters\n", c.layers, c.cell, c.hidden,
             c.bidirectional ? " both ways" : "", c.pooling, parameters);
  flush();
}

void write_page(const Train& flags, models::SentimentLSTM& network, const Texts& texts,
                const nn::TrainingResult& result) {
  const RunNames names{"texts", "cross-entropy, nats", "share of wrong texts", false};
  const models::SentimentLSTMConfig& c = texts.setup.config;
  nlohmann::json report = {
      {"title", "A classifier of texts learns"},
      {"lead", fmt::format("{} × {} × {} units{}, {} pooled, {} parameters; {} texts to train on, {} to validate.",
                           c.layers, c.cell, c.hidden, c.bidirectional ? " both ways" : "", c.pooling,
                           grouped(nn::count_parameters(network)), grouped(texts.training.size()),
                           grouped(texts.validation.size()))}};
  if (load_best(network, flags.training.out)) {
    report["facts"] = facts_of(evaluate(network, texts.validation));
    add_texts(report, network, texts.setup, texts.held_out, "validation part");
  }
  report["identity"].push_back({"split of the data", texts.split});
  add_result(report, result, flags.training.out, names);
  add_run(report, flags.training.out, names);
  write_report(flags.common.report, std::move(report));
}

}  // namespace

void Train::add_to(CLI::App& verb) {
  data.add_to(verb), training.add_to(verb), model.add_to(verb), common.add_to(verb);
  verb.add_flag("--one-way", one_way, "Read forward only, not in both directions");
  verb.add_option("--pooling", pooling, "Of the outputs over time: last, max, mean, attention, or several joined by +")
      ->capture_default_str();
  verb.add_option("--word-dropout", word_dropout, "The part of the words that is read as unknown, in training")
      ->check(number_in(0, 0.99))
      ->capture_default_str();
  verb.add_option("--vectors", vectors, "Pretrained word vectors, GloVe's or word2vec's text; their width is --embed");
  verb.add_option("--most-words", most_words, "A longer text keeps its first and last half of them; 0: all")
      ->check(number_in(0, 1e9))
      ->capture_default_str();
  verb.add_option("--minimum-count", minimum_count, "A rarer word is unknown")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--most-known", most_known, "Words that are known, the most frequent ones; 0: all")
      ->check(number_in(0, 1e9))
      ->capture_default_str();
  verb.add_flag("--keep-case", keep_case, "Tell capitals from small letters");
  verb.add_flag("--fold-digits", fold_digits, "Read each digit as 0");
  verb.add_option("--validation-share", validation_share, "The part of the texts that is not trained on, but chooses")
      ->check(number_in(0, 0.9, true))
      ->capture_default_str();
}

bool Train::operator()() const {
  common.apply();
  Rng rng(training.seed);
  const Texts texts = load(*this, rng);
  models::SentimentLSTM network(texts.setup.config, rng);
  if (!vectors.empty()) network.set_vectors(texts.vectors);
  models::SentimentTask task(network, texts.training, texts.validation, rng, training.batch);
  describe(texts, nn::count_parameters(network));

  const auto optimizer = nn::make_optimizer(training.optimizer, task.parameters(), training.optimizer_options);
  nn::Trainer trainer(task, *optimizer, training.trainer_options());
  claim_directory(
      training.out, training.trainer.resume, texts.split,
      [&] { return load_sentiment_setup(training.out) == texts.setup; },
      [&] { save_sentiment_setup(training.out, texts.setup); });
  const nn::TrainingResult result = trainer.run();
  const bool page = common.report.wanted();
  if (result.interrupted && page) write_page(*this, network, texts, result);
  if (result.interrupted) return false;

  nn::eval(network);
  const models::SentimentScores scores = evaluate(network, texts.validation);
  nlohmann::json report = metrics(result, training.seed);
  report["validation"] = to_json(scores, texts.setup.classes);
  report["texts_per_second"] = result.items_per_second;
  report["parameters"] = nn::count_parameters(network);
  report["weights"] = nn::load_safetensors(training.out + "/model.safetensors").metadata.at("xxh64");
  common.write(report);
  print_scores("validation", scores, texts.setup.classes);
  fmt::print("{} steps in {:.0f} s, {:.0f} texts/s; weights {}\n", result.steps, result.seconds,
             result.items_per_second, report["weights"].get<std::string>());
  fmt::print("model: {}/model.safetensors; next: sentiment predict --model {}\n", training.out, training.out);
  if (page) write_page(*this, network, texts, result);
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::sentiment
