// Finds names in sentences, or the parts of speech: train a tagger, measure it, let it tag.
//
//   ner                                     all of it on sentences that this program makes, in half a minute
//   ner train --data FILE... --out DIR      columns as CoNLL has them, or CoNLL-U
//   ner eval  --model DIR --data FILE...    conlleval's report, or the accuracy
//   ner tag   --model DIR [FILE...]         text or tokens, of standard input if there is no file
//   ner score [FILE...]                     conlleval's report of another tagger's output
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "autograd/check.hpp"
#include "examples/ner_verbs.hpp"
#include "examples/temporary_folder.hpp"

namespace rw::inline REWIND_ABI::examples::ner {

datasets::SyntheticNames embedded_names(const std::string& part) {
  constexpr struct {
    const char* name;
    std::size_t sentences;
  } parts[] = {{"train", 4000}, {"validation", 1000}, {"test", 2000}};
  for (std::size_t i = 0; i < std::size(parts); ++i)
    if (part == parts[i].name) {
      Rng rng(i + 1);
      return datasets::synthetic_names(parts[i].sentences, rng);
    }
  fail("data", "part '" + part + "': the embedded sentences have train, validation and test");
}

bool Demo::operator()() const {
  const TemporaryFolder folder("ner");
  Train train;
  train.training.out = folder.path("model");
  train.model.dropout = 0.3, train.minimum_count = 2, train.training.trainer.epochs = 6;
  if (!train()) return false;

  fmt::print("\nOn sentences that it has not seen:\n");
  Eval eval;
  eval.model = train.training.out;
  eval();

  fmt::print("\nHow it tags some of them:\n");
  Tag tag;
  tag.model = train.training.out, tag.files = {folder.path("sentences")}, tag.format = "columns";
  std::ofstream file(tag.files[0]);
  const datasets::SyntheticNames names = embedded_names("test");
  for (std::size_t i = 0; i < 6; ++i, file << '\n')
    for (const std::string& token : names.corpus.sentences[i].tokens) file << token << '\n';
  file.close();
  tag();
  fmt::print(
      "\nYour own corpus: ner train --data FILE --out DIR, then ner tag --model DIR; all flags: ner train --help\n");
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::ner

int main(int argc, char** argv) {
  using namespace rw::examples;
  CLI::App app("Finds names in sentences: train a tagger, measure it, let it tag. Without a verb it shows all three");
  ner::Train train;
  train.add_to(add_verb(app, "train", "Train a model on tagged sentences", std::ref(train)));
  ner::Eval eval;
  eval.add_to(add_verb(app, "eval", "Measure a model on tagged sentences", std::ref(eval)));
  ner::Tag tag;
  tag.add_to(add_verb(app, "tag", "Tag text or tokens", std::ref(tag)));
  ner::Score score;
  score.add_to(add_verb(app, "score", "Report as conlleval does on any tagger's output", std::ref(score)));
  add_verb(app, "demo", "All of it on embedded sentences; nothing is kept", ner::Demo());
  return run(app, argc, argv, "demo");
}
