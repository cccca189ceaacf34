#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/hold_out.hpp"
#include "datasets/word_vectors.hpp"
#include "examples/model_folder.hpp"
#include "examples/ner_report.hpp"
#include "examples/ner_verbs.hpp"
#include "examples/report.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples::ner {
namespace {

struct Corpora {
  datasets::TaggedCorpus training, validation;

  std::string split() const;  // their hashes
};

Corpora load(const Train& flags, Rng& rng) {
  if (flags.data.embedded()) return {embedded_names("train").corpus, embedded_names("validation").corpus};
  Corpora corpora{flags.data.read("train"), {}};
  if (!flags.validation.empty())
    corpora.validation = flags.data.read_file(flags.validation);
  else if (!flags.data.split.empty())
    corpora.validation = flags.data.read("validation");
  else
    corpora.validation = hold_out(corpora.training, flags.validation_share, rng);
  return corpora;
}

NERSetup setup_of(const Train& flags, const datasets::TaggedCorpus& training) {
  const datasets::TokenizerOptions options{.lower_case = !flags.keep_case, .fold_digits = !flags.keep_digits};
  auto vocabulary = datasets::TaggingVocabulary::of(training.sentences, options, {flags.minimum_count});
  const models::BigruNERConfig config{.cell = flags.model.cell,
                                      .words = vocabulary.words.size(),
                                      .characters = vocabulary.characters.size(),
                                      .shapes = flags.no_shapes ? 0 : datasets::word_shapes,
                                      .tags = vocabulary.tags.size(),
                                      .hidden = flags.model.hidden,
                                      .layers = flags.model.layers,
                                      .embed = flags.model.embed,
                                      .char_embed = flags.char_embed,
                                      .shape_embed = flags.shape_embed,
                                      .char_features = flags.characters,
                                      .char_hidden = flags.char_hidden,
                                      .dropout = flags.model.dropout,
                                      .word_dropout = flags.word_dropout,
                                      .crf = !flags.no_crf};
  return {config, std::move(vocabulary)};
}

void describe(const Corpora& corpora, const NERSetup& setup, std::size_t parameters) {
  const models::BigruNERConfig& c = setup.config;
  fmt::print("{} sentences to train on, {} to validate; {} tags; {} words\n", corpora.training.sentences.size(),
             corpora.validation.sentences.size(), c.tags, c.words);
  fmt::print("{} x {} x {} both ways, characters: {}, {}: {} parameters\n", c.layers, c.cell, c.hidden, c.char_features,
             c.crf ? "CRF" : "softmax", parameters);
  flush();
}

std::string hash_of(const datasets::TaggedCorpus& corpus) {
  std::string all;
  for (const datasets::TaggedSentence& sentence : corpus.sentences) {
    for (std::size_t t = 0; t < sentence.tokens.size(); ++t)
      all += sentence.tokens[t] + '\t' + (sentence.tags.empty() ? "" : sentence.tags[t]) + '\n';
    all += '\n';
  }
  return nn::xxh64(all);
}

std::string Corpora::split() const { return hash_of(training) + "-" + hash_of(validation); }

void write_page(const Train& flags, models::BigruNER& network, const NERSetup& setup, const Corpora& corpora,
                const nn::TrainingResult& result) {
  const datasets::TaggingVocabulary& vocabulary = setup.vocabulary;
  const auto& validation = corpora.validation.sentences;
  const bool spans = vocabulary.tags.scheme().has_value();
  const RunNames names{"sentences", "-log p of a sentence's tags, nats",
                       spans ? "1 - F1 of spans" : "share of wrong tags", false};
  const models::BigruNERConfig& c = setup.config;
  nlohmann::json report = {
      {"title", "A tagger of sentences learns"},
      {"lead",
       fmt::format("{} × {} × {} units both ways, characters: {}, {}, {} parameters; {} sentences to train on, {} "
                   "to validate.",
                   c.layers, c.cell, c.hidden, c.char_features, c.crf ? "CRF" : "softmax",
                   grouped(nn::count_parameters(network)), grouped(corpora.training.sentences.size()),
                   grouped(validation.size()))}};
  if (load_best(network, flags.training.out)) {
    const auto found = predict_tags(network, vocabulary, index_sentences(vocabulary, validation, false));
    report["facts"] = facts_of(models::score_tags(vocabulary.tags, validation, found));
    report["facts"].push_back(
        {"most frequent tag of each word",
         fmt::format("{:.2f} %", 100 * score_baseline(vocabulary.tags, corpora.training, corpora.validation).goal())});
    add_tags(report, network, vocabulary, validation, found, "validation part");
  }
  report["identity"].push_back({"split of the data", corpora.split()});
  add_result(report, result, flags.training.out, names);
  add_run(report, flags.training.out, names);
  write_report(flags.common.report, std::move(report));
}

}  // namespace

Train::Train() {
  training.optimizer_options.lr = 5e-3, training.batch = 16, training.default_minutes = 0.4;
  training.trainer.clip = 5;
}

void Train::add_to(CLI::App& verb) {
  data.add_to(verb);
  verb.add_option("--validation", validation,
                  "File that chooses the best weights; without: that part of --split, or a share of --data")
      ->needs("--data");
  verb.add_option("--validation-share", validation_share,
                  "That share: of the documents if there are 20, else sentences")
      ->check(number_in(0, 0.9, true))
      ->capture_default_str();
  training.add_to(verb), model.add_to(verb), common.add_to(verb);
  verb.add_option("--characters", characters, "What is read from a word's characters")
      ->check(CLI::IsMember({"cnn", "gru", "none"}))
      ->capture_default_str();
  verb.add_option("--char-embed", char_embed, "Width of a character's embedding")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--char-hidden", char_hidden, "Width of what is read from them")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_flag("--no-shapes", no_shapes, "Do not tell Capitalised, UPPER, d1g1ts, ... apart");
  verb.add_option("--shape-embed", shape_embed, "Width of a shape's embedding")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_flag("--no-crf", no_crf, "Choose each tag by itself");
  verb.add_option("--word-dropout", word_dropout, "The part of the words that is read as unknown, in training")
      ->check(number_in(0, 0.99))
      ->capture_default_str();
  verb.add_option("--minimum-count", minimum_count, "A rarer word is unknown")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--vectors", vectors, "Pretrained word vectors, GloVe's or word2vec's text; their width is --embed");
  verb.add_flag("--keep-case", keep_case, "Words with and without capitals are two words");
  verb.add_flag("--keep-digits", keep_digits, "1984 and 2001 are two words, not one");
}

bool Train::operator()() const {
  common.apply();
  Rng rng(training.seed);
  const Corpora corpora = load(*this, rng);
  NERSetup setup = setup_of(*this, corpora.training);
  Array weight;
  if (!vectors.empty()) {
    weight = load_word_vectors(vectors, setup.vocabulary.words, rng).vectors;
    setup.config.embed = weight.shape()[1];
  }
  models::BigruNER network = make_ner(setup, rng);
  if (!vectors.empty()) network.set_vectors(weight);
  const datasets::IndexedSentences sentences = index_sentences(setup.vocabulary, corpora.training.sentences, true);
  models::NERTask task(network, setup.vocabulary, sentences, corpora.validation.sentences, rng, training.batch);
  describe(corpora, setup, nn::count_parameters(network));
  name_unknown_tags(setup.vocabulary.tags, corpora.validation);

  const auto optimizer = nn::make_optimizer(training.optimizer, task.parameters(), training.optimizer_options);
  nn::Trainer trainer(task, *optimizer, training.trainer_options());
  claim_directory(
      training.out, training.trainer.resume, corpora.split(), [&] { return load_ner_setup(training.out) == setup; },
      [&] { save_ner_setup(training.out, setup); });
  const nn::TrainingResult result = trainer.run();
  const bool page = common.report.wanted();
  if (result.interrupted && page) write_page(*this, network, setup, corpora, result);
  if (result.interrupted) return false;

  const models::TaggingScore baseline = score_baseline(setup.vocabulary.tags, corpora.training, corpora.validation);
  nlohmann::json report = metrics(result, training.seed);
  report["validation"] = 1 - result.best_loss;
  report["validation_of_most_frequent_tag"] = baseline.goal();
  report["sentences_per_second"] = result.items_per_second;
  report["parameters"] = nn::count_parameters(network);
  report["weights"] = nn::load_safetensors(training.out + "/model.safetensors").metadata.at("xxh64");
  common.write(report);
  fmt::print("validation: {} {:.2f} %; most frequent tag of each word: {:.2f} %\n",
             baseline.of_spans ? "F1 of spans" : "accuracy", 100 * (1 - result.best_loss), 100 * baseline.goal());
  fmt::print("{} steps in {:.0f} s, {:.0f} sentences/s; weights {}\n", result.steps, result.seconds,
             result.items_per_second, report["weights"].get<std::string>());
  fmt::print("model: {}/model.safetensors; next: ner tag --model {}\n", training.out, training.out);
  if (page) write_page(*this, network, setup, corpora, result);
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::ner
