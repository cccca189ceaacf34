#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "datasets/labelled_text.hpp"
#include "examples/class_scores.hpp"
#include "examples/report.hpp"
#include "examples/sentiment_report.hpp"
#include "examples/sentiment_verbs.hpp"

namespace rw::inline REWIND_ABI::examples::sentiment {

void Eval::add_to(CLI::App& verb) {
  verb.add_option("--model", model, "Directory of the run")->required();
  data.add_to(verb);
  verb.add_option("--part", part, "Of aclImdb, and of the embedded reviews")
      ->check(CLI::IsMember({"train", "test"}))
      ->capture_default_str();
  common.add_to(verb);
}

bool Eval::operator()() const {
  if (part != "test" && !data.has_parts())
    throw CLI::ValidationError("--part", "a table and files of classes have none, all of them is measured");
  common.apply();
  SentimentSetup setup = load_sentiment_setup(model);
  Rng rng(0);
  const models::SentimentLSTM network = load_sentiment(model, setup, rng);
  const datasets::SyntheticReviews reviews =
      data.embedded() ? embedded_reviews(part) : datasets::SyntheticReviews{data.read(part), 0, 0};
  const datasets::LabelledTexts labelled = datasets::with_classes(reviews.corpus, setup.classes);
  const auto texts = index_texts(labelled, setup.encoder);
  const auto began = std::chrono::steady_clock::now();
  const models::SentimentScores scores = evaluate(network, texts);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;

  const std::string of = data.embedded() ? "embedded reviews" : fmt::format("{}", fmt::join(data.files, " "));
  print_scores(of, scores, setup.classes);
  nlohmann::json report = to_json(scores, setup.classes);
  report["seconds"] = seconds.count();
  if (data.embedded()) {
    fmt::print("beside it: {:.4f}, the best there can be, and {:.4f}, the best of a bag of words\n",
               reviews.best_accuracy, reviews.best_bag_accuracy);
    report.update({{"best_accuracy", reviews.best_accuracy}, {"best_bag_accuracy", reviews.best_bag_accuracy}});
  }
  common.write(report);
  if (common.report.wanted()) {
    nlohmann::json page = {{"title", "A classifier of texts, measured"},
                           {"lead", fmt::format("The model of {} on {} texts: {}.", model, texts.size(), of)},
                           {"facts", facts_of(scores)}};
    add_texts(page, network, setup, labelled, of);
    write_report(common.report, std::move(page));
  }
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::sentiment
