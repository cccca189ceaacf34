#include "examples/sentiment_files.hpp"

#include "examples/char_rnn_files.hpp"
#include "models/sentiment_task.hpp"
#include "nn/train/serialize.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::examples;
using Catch::Matchers::Contains;

namespace {

SentimentSetup example() {
  SentimentSetup setup{
      {.cell = "gru", .hidden = 4, .embed = 3, .bidirectional = false, .pooling = "last+attention", .dropout = 0.25},
      {"bad", "gut \u00fc"},
      {datasets::WordVocabulary({"film", "\u00fcber"}), {.lower_case = false, .fold_digits = true}, 7}};
  setup.config.vocabulary = 4, setup.config.classes = 2;
  return setup;
}

}  // namespace

TEST_CASE("a saved sentiment model comes back") {
  const TemporaryFolder folder;
  const SentimentSetup setup = example();
  Rng rng(1), other(2);
  models::SentimentLSTM model(setup.config, rng);
  nn::eval(model);
  save_sentiment_setup(folder.path(), setup);
  nn::save_safetensors(folder.path("model.safetensors"), nn::copy_values(nn::named_parameters(model)));
  const SentimentSetup loaded = load_sentiment_setup(folder.path());
  CHECK(loaded == setup);
  const models::SentimentLSTM again = load_sentiment(folder.path(), loaded, other);
  const datasets::Sequences texts{{2, 3}, {1}, {}};
  check_close(logits_of(again, texts), logits_of(model, texts), 0);
}

TEST_CASE("a folder that holds no sentiment model") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(load_sentiment_setup(folder.path()), Contains("config.json"));
  save_config(folder.path(), {.vocabulary = 1, .hidden = 2}, datasets::Vocabulary({'a'}, false));
  CHECK_THROWS_WITH(load_sentiment_setup(folder.path()),
                    Contains("config.json describes a 'char_rnn', not a sentiment_lstm"));
  for (const char* text : {"{", "[]", "{}", R"({"model": "sentiment_lstm"})", R"({"model": 3})"}) {
    folder.write("config.json", text);
    CHECK_THROWS_WITH(load_sentiment_setup(folder.path()), Contains("config.json"));
  }
  CHECK_THROWS_WITH(load_config(folder.path()), Contains("config.json"));
}
