// The data of reports: curves, confusions, and the worst mistakes with their influences.
#include "examples/report.hpp"

#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/char_rnn_report.hpp"
#include "examples/ner_report.hpp"
#include "examples/sentiment_report.hpp"
#include "models/char_task.hpp"
#include "models/ner_task.hpp"
#include "models/sentiment_task.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::examples;
using nlohmann::json;

namespace {

void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

const RunNames names{"texts", "nats", "errors", false};

}  // namespace

TEST_CASE("a run's curves are those of its folder", "[report]") {
  const TemporaryFolder folder;
  put(folder.path("metrics.jsonl"),
      "{\"step\":10,\"loss\":3,\"lr\":0.1,\"grad_norm\":2,\"items_per_second\":5,\"seconds\":1}\n"
      "{\"step\":15,\"loss\":6,\"val_loss\":0.5,\"lr\":0.2,\"grad_norm\":null,\"items_per_second\":6,\"seconds\":2}\n"
      "{\"step\":30,\"loss\":1,\"lr\":0.3,\"grad_norm\":4,\"items_per_second\":7,\"seconds\":3}\n{\"step\":4");
  put(folder.path("samples.jsonl"), "{\"step\":15,\"text\":\"a\\nb\"}\n");
  put(folder.path("config.json"), R"({"cell":"gru","hidden":3,"words":["a","b","c","d","e","f","g","h","i"]})");
  json report;
  add_run(report, folder.path(), names);
  const json& run = report["run"];
  CHECK(run["curves"]["step"] == json({10, 15, 30}));
  CHECK(run["curves"]["loss"] == json({3., 6., 1.}));
  CHECK(run["curves"]["grad_norm"] == json({2., nullptr, 4.}));
  CHECK(run["validations"]["step"] == json::array({15}));
  CHECK(run["validations"]["value"] == json::array({0.5}));
  CHECK(run["samples"] == json::array({{{"step", 15}, {"text", "a\nb"}}}));
  CHECK(report["config"] == json::parse(R"([["cell","gru"],["hidden","3"],["words","9 of them"]])"));

  add_run(report, folder.path(), names, 2);  // 10 and 15 become one point: the mean over 15 steps
  CHECK(report["run"]["curves"]["step"] == json({15, 30}));
  CHECK(report["run"]["curves"]["loss"] == json({4., 1.}));
}

TEST_CASE("a run that did nothing yet", "[report]") {
  const TemporaryFolder folder;
  json report;
  add_run(report, folder.path(), names);
  CHECK(report["run"]["curves"]["step"].empty());
  CHECK(report["run"]["samples"].empty());
  nn::TrainingResult result;
  result.interrupted = true;
  add_result(report, result, folder.path(), names);
  CHECK_THAT(report["note"], Catch::Contains("interrupted at step 0") && Catch::Contains("no validation yet"));
}

TEST_CASE("long curves are thinned, and keep their ends", "[report]") {
  const TemporaryFolder folder;
  std::string lines;
  for (int i = 1; i <= 4321; ++i) lines += "{\"step\":" + std::to_string(i) + ",\"loss\":1,\"val_loss\":2}\n";
  put(folder.path("metrics.jsonl"), lines);
  json report;
  add_run(report, folder.path(), names);
  for (const char* kind : {"curves", "validations"}) {
    CHECK(report["run"][kind]["step"].size() <= 1000);
    CHECK(report["run"][kind]["step"].size() > 500);
    CHECK(report["run"][kind]["step"].back() == 4321);
  }
}

TEST_CASE("confusions of many classes are joined", "[report]") {
  const Confusions counts = {{{0, 0}, 5}, {{0, 1}, 1}, {{1, 1}, 9}, {{2, 2}, 1}, {{2, 3}, 2}, {{3, 0}, 1}};
  json report;
  add_confusion(report, "all", {"a", "b", "c", "d"}, counts);
  CHECK(report["confusion"]["classes"] == json({"a", "b", "c", "d"}));
  CHECK(report["confusion"]["counts"] == json::parse("[[5,1,0,0],[0,9,0,0],[0,0,1,2],[1,0,0,0]]"));
  CHECK(report["confusion"]["joined"] == false);
  add_confusion(report, "all", {"a", "b", "c", "d"}, counts, 2);
  CHECK(report["confusion"]["classes"] == json({"b", "a", "other"}));
  CHECK(report["confusion"]["counts"] == json::parse("[[9,0,0],[1,5,0],[0,1,3]]"));
  CHECK(report["confusion"]["joined"] == true);
}

TEST_CASE("numbers of a report", "[report]") {
  CHECK(rounded(0.123456789) == 0.12346);
  CHECK(rounded(std::nan("")).is_null());
  CHECK(rounded(INFINITY).is_null());
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(12345678) == "12,345,678");
}

namespace {

template <class Model>
void check_symbols(Model& model, const datasets::CharCorpus& corpus) {
  nn::eval(model);
  json report;
  add_symbols(report, model, corpus);

  std::size_t counted = 0;
  for (const json& row : report["confusion"]["counts"])
    for (const json& count : row) counted += count.get<std::size_t>();
  CHECK(counted == corpus.validation().size() - 1);
  const json& items = report["mistakes"]["items"];
  REQUIRE(items.size() >= 3);
  for (const json& item : items) {
    REQUIRE(item["context"].size() == item["influence"].size());
    REQUIRE(item["likely"].size() == 3);
    CHECK(item["likely"][0][1] >= item["likely"][1][1]);
  }
  // The same by hand: the loss of the one symbol, and central differences of it by the last input.
  const json& item = items[0];
  const auto at = item["at"].get<std::size_t>(), n = item["context"].size();
  const IndexArray context = share(corpus.validation(), {n, 1}, at - n), target = share(corpus.validation(), {1}, at);
  const auto loss = [&](const Array& x) {
    const Tensor logits = model.forward_embedded(Tensor(x), model.zero_state(1)).outputs;
    return static_cast<double>(cross_entropy(select(logits, 0, -1), target).item());
  };
  const Array x = model.embed(context).value();
  CHECK(item["nats"].get<double>() == Approx(loss(x)).epsilon(1e-4));
#ifdef REWIND_DOUBLE
  const std::size_t D = x.shape()[2];
  double squares = 0;
  for (std::size_t d = 0; d < D; ++d) {
    Array up = x, down = x;
    up.data()[(n - 1) * D + d] += 1e-5, down.data()[(n - 1) * D + d] -= 1e-5;
    squares += std::pow((loss(up) - loss(down)) / 2e-5, 2);
  }
  CHECK(item["influence"].back().get<double>() == Approx(std::sqrt(squares)).epsilon(1e-3));
#endif
}

}  // namespace

TEST_CASE("the costliest symbols, and what they depend on", "[report]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "a line, and another one\n";
  const datasets::CharCorpus corpus(text);
  const std::size_t V = corpus.vocabulary().size();
  Rng rng(1);
  for (const std::size_t embed : {std::size_t{0}, std::size_t{5}}) {
    models::CharRNN model({.vocabulary = V, .hidden = 6, .embed = embed}, rng);
    check_symbols(model, corpus);
  }
  for (const std::size_t context : {std::size_t{20}, std::size_t{200}}) {
    models::CharTransformer model({.vocabulary = V, .width = 8, .heads = 2, .layers = 1, .context = context}, rng);
    check_symbols(model, corpus);
  }
}

TEST_CASE("the worst texts are the surest wrong ones", "[report]") {
  const datasets::LabelledTexts texts{
      {"bad", "good"}, {{"a fine film", 1}, {"a stranger", 0}, {"", 0}, {"fine fine a b c d e", 0}, {"a bad film", 1}}};
  const datasets::WordVocabulary vocabulary({"a", "fine", "film", "bad", "b", "c", "d", "e"});
  const SentimentSetup setup{
      {.vocabulary = vocabulary.size(), .classes = 2, .hidden = 4, .embed = 3}, texts.classes, {vocabulary, {}, 4}};
  Rng rng(2);
  models::SentimentLSTM model(setup.config, rng);
  nn::eval(model);
  json report;
  add_texts(report, model, setup, texts, "these");
  const json& mistakes = report["mistakes"];
  CHECK(mistakes["all"] == 5);
  std::size_t off_diagonal = report["confusion"]["counts"][0][1].get<std::size_t>();
  off_diagonal += report["confusion"]["counts"][1][0].get<std::size_t>();
  CHECK(mistakes["wrong"] == off_diagonal);
  REQUIRE(mistakes["items"].size() == off_diagonal);
  double before = 1;
  for (const json& item : mistakes["items"]) {
    CHECK(item["gold"] != item["found"]);
    CHECK(item["probability"] <= before);
    before = item["probability"];
    CHECK(item["influence"].size() == std::max<std::size_t>(item["words"].size(), 1));
    if (item["words"].size() == 4) {
      CHECK(item["words"] == json({"fine", "fine", "d", "e"}));  // of a long text its ends are read
      CHECK(item["gaps"] == json::array({2}));
    }
    if (item["words"].size() == 2) CHECK(item["unknown"] == json::array({1}));
  }
}

TEST_CASE("the worst sentences have wrong spans, in any scheme", "[report]") {
  using Strings = std::vector<std::string>;
  const std::vector<datasets::TaggedSentence> sentences{
      {{"New", "York", "met", "Smith"}, {"I-LOC", "I-LOC", "O", "I-PER"}},
      {{"It", "rains"}, {"O", "O"}},
      {{"Paris"}, {"I-LOC"}}};
  const auto vocabulary = datasets::TaggingVocabulary::of(sentences, {});
  models::BigruNERConfig config{.words = vocabulary.words.size(),
                                .characters = vocabulary.characters.size(),
                                .tags = vocabulary.tags.size(),
                                .hidden = 4,
                                .embed = 3,
                                .char_embed = 2,
                                .char_hidden = 4};
  Rng rng(3);
  models::BigruNER model(config, models::allowed_tags(vocabulary.tags), rng);
  nn::eval(model);
  const std::vector<Strings> found{{"I-LOC", "O", "O", "I-PER"}, {"O", "O"}, {"I-LOC"}};
  json report;
  add_tags(report, model, vocabulary, sentences, found, "these");
  CHECK(report["confusion"]["classes"] == json({"O", "LOC", "PER"}));
  CHECK(report["confusion"]["counts"] == json::parse("[[3,0,0],[1,2,0],[0,0,1]]"));
  REQUIRE(report["mistakes"]["wrong"] == 1);
  const json& item = report["mistakes"]["items"].at(0);
  CHECK(item["gold"] == json::parse(R"([[0,2,"LOC",false],[3,4,"PER",true]])"));
  CHECK(item["found"] == json::parse(R"([[0,1,"LOC",false],[3,4,"PER",true]])"));
  CHECK(item["influence"].size() == 4);
  CHECK(item["loss"].get<double>() > 0);
}

TEST_CASE("a sentence whose tag the model does not know is counted, and has no place among the worst", "[report]") {
  const std::vector<datasets::TaggedSentence> learned{{{"a", "dog"}, {"DET", "NOUN"}}};
  const auto vocabulary = datasets::TaggingVocabulary::of(learned, {});
  Rng rng(3);
  models::BigruNER model({.words = vocabulary.words.size(),
                          .characters = vocabulary.characters.size(),
                          .tags = vocabulary.tags.size(),
                          .hidden = 4,
                          .embed = 3,
                          .char_embed = 2,
                          .char_hidden = 4},
                         models::allowed_tags(vocabulary.tags), rng);
  nn::eval(model);
  json report;
  add_tags(report, model, vocabulary, {{{"a", "dog"}, {"DET", "VERB"}}, {{"dog"}, {"NOUN"}}},
           {{"DET", "NOUN"}, {"DET"}}, "these");
  CHECK(report["confusion"]["classes"] == json({"DET", "NOUN", "VERB"}));
  CHECK(report["mistakes"]["wrong"] == 2);
  REQUIRE(report["mistakes"]["items"].size() == 1);
  CHECK(report["mistakes"]["items"][0]["words"] == json::array({"dog"}));
}
