// Translates sentences: train a model on pairs of them, measure it, let it translate.
//
//   translate                                           all three on pairs that this program makes, in seconds
//   translate train     --data SOURCE TARGET --out DIR  two files that match line by line, or a table of both
//   translate eval      --model DIR --data SOURCE TARGET
//   translate translate --model DIR [FILE...]           a translation for each line, of standard input if there is no
//                                                       file
#include <fmt/format.h>

#include <fstream>
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

// What the translation of the first of these sentences looked at.
void show_attention(const std::string& model, const std::string& sentence, const BeamFlags& beam) {
  const TranslationSetup setup = load_translation_setup(model);
  Rng rng(0);
  const Network network = load_network(model, setup, rng);
  const datasets::Sequences source{setup.source.encode(sentence)};
  const datasets::Sequences found = translate(network, source, beam.of(setup.config));
  fmt::print("\nWhat it looked at, in tenths:\n{}", text_of(picture_of(network, setup, source[0], found[0])));
}

}  // namespace

bool Demo::operator()() const {
  const TemporaryFolder folder("translate");
  Train train;
  train.training.out = folder.path("model");
  train.architecture.hidden = 128, train.architecture.embed = 64, train.architecture.dropout = 0.1;
  train.vocabulary.kind = "words", train.vocabulary.minimum_count = 1;
  train.training.tokens = 1000, train.training.optimizer_options.lr = 1e-2, train.training.trainer.epochs = 5;
  if (!train()) return false;

  fmt::print("\nOn sentences that it has not seen:\n");
  Eval eval;
  eval.model = train.training.out;
  eval();

  fmt::print("\nSome of them, and its translations:\n");
  const datasets::ParallelText pairs = embedded_pairs("test");
  Translate translate;
  translate.model = train.training.out, translate.files = {folder.path("sentences")};
  std::ofstream sentences(translate.files[0]);
  for (std::size_t i = 0; i < 5; ++i) {
    fmt::print("{}\n", pairs.source[i]);
    sentences << pairs.source[i] << '\n';
  }
  sentences.close();
  translate();
  show_attention(train.training.out, "Today the old man picks up two red flowers.", translate.beam);
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
