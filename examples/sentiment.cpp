// Tells what texts say: train a classifier on labelled texts, measure it, let it read.
//
//   sentiment                                     all three on reviews that this program makes, in a few seconds
//   sentiment train   --data FILE... --out DIR    aclImdb_v1.tar.gz or its folder, a table, or one file a class
//   sentiment eval    --model DIR --data FILE...  on texts that it was not trained on
//   sentiment predict --model DIR [FILE...]       a label for each line, of standard input if there is no file
#include <fmt/format.h>

#include <fstream>
#include <functional>

#include "examples/sentiment_verbs.hpp"
#include "examples/temporary_folder.hpp"

namespace rw::inline REWIND_ABI::examples::sentiment {

datasets::SyntheticReviews embedded_reviews(const std::string& part) {
  Rng rng(part == "train" ? 1 : 3);
  return datasets::synthetic_reviews(part == "train" ? 8000 : 2000, rng);
}

bool Demo::operator()() const {
  const TemporaryFolder folder("sentiment");
  Train train;
  train.training.out = folder.path("model");
  train.model = {.hidden = 64, .embed = 64, .dropout = 0.2}, train.word_dropout = 0;
  train.training.optimizer_options.lr = 5e-3, train.training.trainer.epochs = 4;
  if (!train()) return false;

  fmt::print("\nOn reviews that it has not seen:\n");
  Eval eval;
  eval.model = train.training.out;
  eval();

  fmt::print("\nHow it reads some of them:\n");
  Predict predict;
  predict.model = train.training.out;
  predict.files = {folder.path("reviews")};
  std::ofstream reviews(predict.files[0]);
  for (const datasets::LabelledText& review : embedded_reviews("test").corpus.examples) {
    if (reviews.tellp() > 600) break;
    fmt::print("{}\n", review.text);
    reviews << review.text << '\n';
  }
  reviews.close();
  predict();
  fmt::print(
      "\nYour own texts: sentiment train --data FILE... --out DIR, then sentiment predict --model DIR;\n"
      "all flags: sentiment train --help\n");
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::sentiment

int main(int argc, char** argv) {
  using namespace rw::examples;
  CLI::App app("Tells what texts say: train a classifier, measure it, let it read. Without a verb it shows all three");
  sentiment::Train train;
  train.add_to(add_verb(app, "train", "Train a model on labelled texts", std::ref(train)));
  sentiment::Eval eval;
  eval.add_to(add_verb(app, "eval", "Measure a model on labelled texts", std::ref(eval)));
  sentiment::Predict predict;
  predict.add_to(add_verb(app, "predict", "Label lines of text", std::ref(predict)));
  add_verb(app, "demo", "All three on embedded reviews; nothing is kept", sentiment::Demo());
  return run(app, argc, argv, "demo");
}
