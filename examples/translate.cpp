// Translates sentences: train a model on pairs of them, measure it, let it translate.
//
//   translate                                           all three on pairs that this program makes, in seconds
//   translate train     --data SOURCE TARGET --out DIR  two files that match line by line, or a table of both
//   translate eval      --model DIR --data SOURCE TARGET
//   translate translate --model DIR [FILE...]           a translation for each line; without a file, of standard input
#include <fmt/format.h>

#include <functional>
#include <iterator>

#include "autograd/check.hpp"
#include "datasets/synthetic_translations.hpp"
#include "examples/temporary_folder.hpp"
#include "examples/translate_report.hpp"
#include "examples/translate_verbs.hpp"

namespace rw::inline REWIND_ABI::examples::translation {

datasets::ParallelText embedded_pairs(const std::string& part) {
  constexpr struct {
    const char* name;
    std::size_t pairs;
  } parts[] = {{"train", 6000}, {"validation", 300}, {"test", 1000}};
  for (std::size_t i = 0; i < std::size(parts); ++i)
    if (part == parts[i].name) {
      Rng rng(i + 1);
      return datasets::synthetic_translations(parts[i].pairs, rng);
    }
  fail("data", "part '" + part + "': the embedded pairs have train, validation and test");
}

namespace {

Train small_training(const std::string& out) {
  Train train;
  train.training.out = out;
  train.architecture.hidden = 128, train.architecture.embed = 64, train.architecture.dropout = 0.1;
  train.vocabulary.kind = "words", train.vocabulary.minimum_count = 1;
  train.training.tokens = 1000, train.training.optimizer_options.lr = 1e-2, train.training.trainer.epochs = 5;
  return train;
}

void show_translations(const std::string& model, const models::BeamOptions& options) {
  const TranslationSetup setup = load_translation_setup(model);
  Rng rng(0);
  const Network network = load_network(model, setup, rng);
  std::vector<std::string> sentences = embedded_pairs("test").source;
  sentences.resize(4);
  sentences.push_back("Today the old man picks up two red flowers.");
  datasets::Sequences sources;
  for (const std::string& sentence : sentences) sources.push_back(setup.source.encode(sentence));
  const datasets::Sequences found = translate(network, sources, options);
  fmt::print("\nWhat it makes of some of them:\n");
  for (std::size_t i = 0; i < found.size(); ++i)
    fmt::print("  {}\n  -> {}\n", sentences[i], setup.target.decode(found[i]));
  fmt::print("\nWhat each word of the last one looked at, in tenths:\n{}",
             text_of(picture_of(network, setup, sources.back(), found.back())));
}

}  // namespace

bool Demo::operator()() const {
  const TemporaryFolder folder("translate");
  const Train attentive = small_training(folder.path("model"));
  if (!attentive()) return false;
  fmt::print("\nOn sentences that it has not seen:\n");
  Eval eval;
  eval.model = attentive.training.out;
  eval();
  show_translations(attentive.training.out, eval.beam.options);

  fmt::print("\nThe same without attention, when one vector must say all of a sentence:\n");
  Train blind = small_training(folder.path("blind"));
  blind.architecture.attention = "none", blind.training.trainer.quiet = true;
  if (!blind()) return false;
  eval.model = blind.training.out;
  eval();
  fmt::print(
      "\nYour own pairs: translate train --data SOURCE TARGET --out DIR, then translate translate --model DIR;\n"
      "all flags: translate train --help\n");
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::translation

int main(int argc, char** argv) {
  using namespace rw::examples;
  CLI::App app("Translates sentences: train a model, measure it, let it translate. Without a verb it shows all three");
  translation::Train train;
  train.add_to(add_verb(app, "train", "Train a model on sentence pairs", std::ref(train)));
  translation::Eval eval;
  eval.add_to(add_verb(app, "eval", "Measure a model: BLEU, chrF, cross-entropy", std::ref(eval)));
  translation::Translate translate;
  translate.add_to(add_verb(app, "translate", "Translate lines of text", std::ref(translate)));
  add_verb(app, "demo", "All three on embedded pairs; nothing is kept", translation::Demo());
  return run(app, argc, argv, "demo");
}
