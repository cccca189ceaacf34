#include "examples/sentiment_files.hpp"

#include <nlohmann/json.hpp>

#include "examples/model_folder.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

SentimentSetup setup_of(const nlohmann::json& json) {
  const auto flag = [&](const char* name) { return json.at(name).get<bool>(); };
  const auto size = [&](const char* name) { return json.at(name).get<std::size_t>(); };
  const auto names = [&](const char* name) { return json.at(name).get<std::vector<std::string>>(); };
  const datasets::TokenizerOptions tokenizer{.lower_case = flag("lower_case"), .fold_digits = flag("fold_digits")};
  SentimentSetup setup{{.cell = json.at("cell").get<std::string>(),
                        .hidden = size("hidden"),
                        .layers = size("layers"),
                        .embed = size("embed"),
                        .bidirectional = flag("bidirectional"),
                        .pooling = json.at("pooling").get<std::string>(),
                        .dropout = json.at("dropout").get<double>(),
                        .word_dropout = json.at("word_dropout").get<double>()},
                       names("classes"),
                       {datasets::WordVocabulary(names("vocabulary")), tokenizer, size("most_words")}};
  setup.config.vocabulary = setup.encoder.vocabulary().size(), setup.config.classes = setup.classes.size();
  return setup;
}

}  // namespace

void save_sentiment_setup(const std::string& directory, const SentimentSetup& setup) {
  const auto& [c, classes, encoder] = setup;
  const nlohmann::json json = {{"model", "sentiment_lstm"},
                               {"cell", c.cell},
                               {"hidden", c.hidden},
                               {"layers", c.layers},
                               {"embed", c.embed},
                               {"bidirectional", c.bidirectional},
                               {"pooling", c.pooling},
                               {"dropout", c.dropout},
                               {"word_dropout", c.word_dropout},
                               {"lower_case", encoder.options().lower_case},
                               {"fold_digits", encoder.options().fold_digits},
                               {"most_words", encoder.most_words()},
                               {"classes", classes},
                               {"vocabulary", encoder.vocabulary().words()}};
  write_config(directory, json);
}

SentimentSetup load_sentiment_setup(const std::string& directory) {
  return read_config(directory, "sentiment_lstm", "sentiment", setup_of);
}

models::SentimentLSTM load_sentiment(const std::string& directory, const SentimentSetup& setup, Rng& rng) {
  models::SentimentLSTM model(setup.config, rng);
  load_weights(model, directory);
  return model;
}

}  // namespace rw::inline REWIND_ABI::examples
