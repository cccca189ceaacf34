#include "models/char_rnn.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "autograd/check.hpp"
#include "autograd/workers.hpp"
#include "datasets/char_corpus.hpp"
#include "datasets/streams.hpp"
#include "examples/char_rnn_files.hpp"
#include "models/char_task.hpp"
#include "nn/train/serialize.hpp"
#include "nn/train/trainer.hpp"

using namespace rw;
using namespace rw::models;
using namespace rw::examples;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

std::string lines(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += "the quick brown fox jumps over the lazy dog.\n";
  return text;
}

struct Folder {
  fs::path path = fs::temp_directory_path() / ("rewind-" + std::to_string(::getpid()));
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("every cell learns a repeated line by heart and writes it") {
  for (const std::string& cell : nn::cell_names()) {
    if (cell == "irnn") continue;  // it starts as a sum over time, without a bound: nothing to carry through a text
    const Folder folder;
    const datasets::CharCorpus corpus(lines(60));
    Rng rng(1);
    CharRNN model({.cell = cell, .vocabulary = corpus.vocabulary().size(), .hidden = 48}, rng);
    CharRNNTask task(model, corpus, rng, {.batch = 8, .bptt = 24});
    CHECK(evaluate(model, corpus.validation()) > 2.5);
    auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = 1e-2});
    nn::Trainer trainer(task, *optimizer, {.directory = folder.path.string(), .steps = 200, .clip = 1, .quiet = true});
    trainer.run();
    nn::eval(model);
    INFO(cell);
    CHECK(evaluate(model, corpus.validation()) < 0.1);
    std::string text;
    model.generate(corpus.vocabulary().encode("the quick"), 36, {.temperature = 0}, rng,
                   [&](Index i) { text += corpus.vocabulary().decode(i); });
    CHECK(text == " brown fox jumps over the lazy dog.\n");
  }
}

TEST_CASE("whole validation part: the batch does not change the loss much, bptt not at all") {
  const datasets::CharCorpus corpus(lines(60));
  Rng rng(2);
  const CharRNN model({.cell = "gru", .vocabulary = corpus.vocabulary().size(), .hidden = 16}, rng);
  const double whole = evaluate(model, corpus.validation(), 1, 1000);
  CHECK(evaluate(model, corpus.validation(), 1, 7) == Approx(whole).epsilon(1e-5));
  CHECK(evaluate(model, corpus.validation(), 4, 7) == Approx(whole).epsilon(1e-2));
}

TEST_CASE("embedding, tied output, layers: parameters") {
  Rng rng(3);
  CharRNN one_hot({.cell = "lstm", .vocabulary = 10, .hidden = 8}, rng);
  CHECK(nn::count_parameters(one_hot) == 4 * 8 * (10 + 8 + 2) + 10 * 8 + 10);
  CharRNN tied({.cell = "lstm", .vocabulary = 10, .hidden = 8, .layers = 2, .embed = 8, .tied = true}, rng);
  CHECK(nn::count_parameters(tied) == 80 + 2 * 4 * 8 * (8 + 8 + 2) + 10);
  CHECK(nn::named_parameters(tied)[0].first == "embedding.weight");
  CHECK(nn::named_parameters(tied).back().first == "decoder.bias");
}

TEST_CASE("a saved model comes back") {
  const Folder folder;
  const datasets::CharCorpus corpus(lines(5));
  const CharRNNConfig config{.cell = "gru", .vocabulary = corpus.vocabulary().size(), .hidden = 8, .embed = 4};
  Rng rng(4);
  CharRNN model(config, rng);
  save_config(folder.path.string(), config, corpus.vocabulary());
  nn::save_safetensors((folder.path / "model.safetensors").string(), nn::copy_values(nn::named_parameters(model)));
  const auto loaded = load_config(folder.path.string());
  CHECK(loaded.config == config);
  CHECK(loaded.vocabulary == corpus.vocabulary());
  const CharRNN again = load_char_rnn(folder.path.string(), loaded.config, rng);
  CHECK(evaluate(again, corpus.validation()) == evaluate(model, corpus.validation()));
}

TEST_CASE("sampling") {
  Rng rng(5);
  Array logits(Shape{4});
  const Scalar values[] = {0, 2, 1, -50};
  std::copy_n(values, 4, logits.data());
  CHECK(sample(logits, {.temperature = 0}, rng) == 1);
  int counts[4] = {};
  for (int i = 0; i < 20000; ++i) ++counts[sample(logits, {}, rng)];
  const double total = 1 + std::exp(2) + std::exp(1);
  CHECK(counts[0] / 20000. == Approx(1 / total).margin(0.015));
  CHECK(counts[1] / 20000. == Approx(std::exp(2) / total).margin(0.015));
  CHECK(counts[3] == 0);
  for (int i = 0; i < 1000; ++i) CHECK(sample(logits, {.top_k = 2}, rng) != 0);
  CHECK_THROWS_WITH(check(SamplingOptions{.temperature = -1}), Contains("temperature = -1"));
  CHECK_THROWS_WITH(check(SamplingOptions{.temperature = std::nan("")}), Contains("temperature"));
}

TEST_CASE("wrong configurations are named") {
  Rng rng(6);
  CHECK_THROWS_WITH(CharRNN({.vocabulary = 5, .hidden = 0}, rng), Contains("hidden = 0"));
  CHECK_THROWS_WITH(CharRNN({.vocabulary = 5, .hidden = 4, .embed = 3, .tied = true}, rng), Contains("must be hidden"));
  const CharRNN model({.vocabulary = 5, .hidden = 4}, rng);
  IndexArray outside(Shape{1, 1}, Index(5));
  CHECK_THROWS_WITH(model.forward(outside, model.zero_state(1)),
                    Contains("index 5") && Contains("expected 0 <= index < 5"));
  CHECK_THROWS_WITH(load_config("/nowhere"), Contains("/nowhere/config.json"));
}

TEST_CASE("streams split over threads: the loss of the whole, also where all streams of a part have ended") {
  const datasets::CharCorpus corpus(lines(60));
  Rng rng(7);
  const CharRNN model({.cell = "lstm", .vocabulary = corpus.vocabulary().size(), .hidden = 16}, rng);
  const IndexArray text = share(corpus.train(), {58});  // 8 streams: one has a step more than the others' 7
  set_threads(1);
  const double whole = evaluate(model, text, 8, 7);
  set_threads(2);
  CHECK(evaluate(model, text, 8, 7) == Approx(whole).epsilon(1e-5));
  datasets::Streams streams(text, 8, 7, {.whole = true});
  CHECK_THROWS_WITH(model.parallel_loss(streams.next(), model.zero_state(9), rng),
                    Contains("state: expected that of 8"));
}
