#include "models/sentiment_lstm.hpp"

#include <algorithm>
#include <limits>

#include "autograd/gradcheck.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "autograd/workers.hpp"
#include "models/sentiment_task.hpp"
#include "nn/train/optim.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::models;
using Catch::Matchers::Contains;

namespace {

constexpr Index a = 2, b = 3, c = 4;

// The class says whether a comes before b: no bag of words can tell.
const datasets::IndexedTexts order{
    {{a, b}, {b, a}, {a, c, b}, {b, c, a}, {c, a, c, b, c}, {c, b, c, a, c}, {a, b, c}, {b, a, c}},
    {1, 0, 1, 0, 1, 0, 1, 0}};

SentimentLSTMConfig tiny(const std::string& cell = "lstm") {
  return {.cell = cell, .vocabulary = 5, .classes = 2, .hidden = 3, .layers = 1, .embed = 2};
}

datasets::TextBatch all_of(const datasets::IndexedTexts& texts) {
  datasets::Picks picks(texts.size());
  for (std::size_t i = 0; i < picks.size(); ++i) picks[i] = i;
  return batch_of(texts, picks);
}

// The threads of one test.
struct Threads {
  int before = threads();
  explicit Threads(int n) { set_threads(n); }
  ~Threads() { set_threads(before); }
};

}  // namespace

TEST_CASE("every cell learns what only the order of words tells") {
  for (const std::string& cell : nn::cell_names()) {
    Rng rng(1);
    SentimentLSTMConfig config = tiny(cell);
    config.hidden = 8, config.embed = 8;
    SentimentLSTM model(config, rng);
    const auto adam = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 2e-2});
    const datasets::TextBatch batch = all_of(order);
    for (int step = 0; step < 300; ++step) {
      nn::zero_grad(model);
      Tape tape;
      tape.backward(model.loss(batch));
      adam->step();
    }
    INFO(cell);
    const SentimentScores scores = evaluate(model, order);
    CHECK(scores.loss < 0.1);
    CHECK(scores.confusion.accuracy() == 1);
    CHECK(scores.auc == 1);
  }
}

TEST_CASE("a text is read alike alone and in any batch, whatever stands in the padding") {
  for (const bool bidirectional : {false, true})
    for (const std::string pooling : {"last", "max", "mean", "attention", "last+max+mean+attention"}) {
      Rng rng(2);
      SentimentLSTMConfig config = tiny();
      config.layers = 2, config.bidirectional = bidirectional, config.pooling = pooling;
      SentimentLSTM model(config, rng);
      nn::named_parameters(model)[0].second.mutate()(0, 0) = std::numeric_limits<Scalar>::quiet_NaN();  // padding's row
      datasets::TextBatch batch = all_of(order);
      INFO(pooling << (bidirectional ? ", both ways" : ""));
      const Tensor together = model.forward(batch.words, batch.lengths);
      for (std::size_t i = 0; i < order.size(); ++i) {
        const auto alone = datasets::pad(order.texts, {i}, 0, 1);
        check_close(model.forward(alone.indices, alone.lengths).value(), slice(together, 0, i, i + 1).value());
      }
      Tape tape;
      tape.backward(model.loss(batch));
      for (const auto& [name, p] : nn::named_parameters(model))
        CHECK(std::none_of(p.grad().value().begin(), p.grad().value().end(), [](Scalar g) { return std::isnan(g); }));
      for (std::size_t i = 0; i < batch.words.size(); ++i)
        if (batch.words.data()[i] == 0) batch.words.data()[i] = c;
      check_close(model.forward(batch.words, batch.lengths).value(), together.value(), 0);
    }
}

TEST_CASE("the last outputs of both directions are their final states") {
  Rng rng(3);
  SentimentLSTMConfig config = tiny();
  config.pooling = "last", config.layers = 2;
  SentimentLSTM model(config, rng);
  nn::AnyStacked rnn(config.cell, config.embed, config.hidden, config.layers, 0, rng, true);
  Tensors own;
  Tensor embedding, weight, bias;
  for (const auto& [name, p] : nn::named_parameters(model)) {
    if (name.starts_with("rnn.")) own.push_back(p);
    if (name == "embedding.weight") embedding = p;
    if (name == "decoder.weight") weight = p;
    if (name == "decoder.bias") bias = p;
  }
  Tensors others = nn::parameters(rnn);
  REQUIRE(own.size() == others.size());
  for (std::size_t i = 0; i < own.size(); ++i) others[i].mutate() = own[i].value();

  const datasets::TextBatch batch = all_of(order);
  const auto mask = nn::mask_of_lengths(batch.lengths, batch.words.shape()[0]);
  const auto [outputs, state] = rnn(rw::embedding(embedding, batch.words), rnn.zero_state(order.size()), mask);
  const Tensor h = concat({state[4], state[6]}, 1);  // of each layer: h, c forward, h, c backward
  check_close(model.forward(batch.words, batch.lengths).value(), affine(h, weight, bias).value());
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck of the whole loss") {
  for (const std::string pooling : {"last", "max", "mean+max", "max+attention"}) {
    Rng rng(4);
    SentimentLSTMConfig config = tiny("gru");
    config.pooling = pooling;
    SentimentLSTM model(config, rng);
    const datasets::TextBatch batch = all_of(order);
    const auto loss = [&](const Tensors& weights) {
      SentimentLSTM copy = model;
      std::size_t i = 0;
      nn::for_each_parameter(copy, [&](const std::string&, Tensor& p) { p = weights[i++]; });
      return copy.loss(batch);
    };
    const GradcheckResult result = gradcheck("sentiment_lstm, " + pooling, loss, nn::parameters(model));
    INFO(result.message);
    CHECK(result.ok);
  }
}
#endif

TEST_CASE("a batch split over threads: the loss, gradients and scores of the whole") {
  Rng rng(5);
  SentimentLSTM model(tiny(), rng);
  const datasets::TextBatch batch = all_of(order);
  std::vector<Array> gradients[2];
  Scalar losses[2];
  std::vector<double> scores;
  for (const int n : {1, 2}) {
    const Threads held(n);
    nn::zero_grad(model);
    Tape tape;
    const Tensor loss = parallel_batch_loss(model, batch, rng);
    tape.backward(loss);
    losses[n - 1] = loss.item();
    for (const Tensor& p : nn::parameters(model)) gradients[n - 1].push_back(p.grad().value());
    scores.push_back(evaluate(model, order, 3).loss);
  }
  CHECK(losses[0] == Approx(losses[1]).epsilon(tolerance));
  for (std::size_t i = 0; i < gradients[0].size(); ++i) check_close(gradients[0][i], gradients[1][i]);
  CHECK(scores[0] == Approx(static_cast<double>(losses[0])).epsilon(tolerance));
  CHECK(scores[0] == Approx(scores[1]).epsilon(tolerance));
}

TEST_CASE("scores: logits in the order of the texts, whatever the batch") {
  Rng rng(6);
  SentimentLSTMConfig config = tiny();
  config.classes = 3;
  SentimentLSTM model(config, rng);
  datasets::IndexedTexts texts = order;
  texts.labels = {0, 1, 2, 0, 1, 2, 0, 1};
  const Array logits = logits_of(model, texts.texts, 3);
  nn::ConfusionMatrix expected(3);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto alone = datasets::pad(texts.texts, {i}, 0, 1);
    const Tensor row = model.forward(alone.indices, alone.lengths);
    for (std::size_t k = 0; k < 3; ++k) CHECK(logits(i, k) == Approx(row.value()(0, k)).margin(tolerance));
    expected.add(nn::predicted_classes(row), IndexArray(Shape{1}, texts.labels[i]));
  }
  const SentimentScores scores = evaluate(model, texts, 3);
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t p = 0; p < 3; ++p) CHECK(scores.confusion.count(t, p) == expected.count(t, p));
  CHECK(std::isnan(scores.auc));  // of two classes only
  CHECK(logits_of(model, {}).shape() == Shape{0, 3});
  CHECK_THROWS_WITH(evaluate(model, {}), Contains("[evaluate] there is no text to measure on"));
}

TEST_CASE("an empty text, one of unknown words, one of 20,000") {
  Rng rng(7);
  SentimentLSTM model(tiny(), rng);
  const Array logits = logits_of(model, {{}, {1, 1, 1}, std::vector<Index>(20000, a), {1}});
  CHECK(std::all_of(logits.begin(), logits.end(), [](Scalar x) { return std::isfinite(x); }));
  CHECK(logits(0, 0) == Approx(logits(3, 0)));  // an empty text is one unknown word
}

TEST_CASE("words and outputs are dropped in training only") {
  Rng rng(8);
  SentimentLSTMConfig config = tiny();
  config.dropout = 0.5, config.word_dropout = 0.5;
  SentimentLSTM model(config, rng);
  const datasets::TextBatch batch = all_of(order);
  CHECK(model.loss(batch).item() != model.loss(batch).item());
  nn::eval(model);
  const std::string before = rng.state();
  CHECK(model.loss(batch).item() == model.loss(batch).item());
  CHECK(rng.state() == before);
}

TEST_CASE("parameters, and vectors in the embedding's place") {
  Rng rng(9);
  SentimentLSTMConfig config = tiny();
  config.pooling = "max+mean";
  SentimentLSTM model(config, rng);
  CHECK(nn::count_parameters(model) == 5 * 2 + 2 * 4 * 3 * (2 + 3 + 2) + 2 * 12 + 2);
  config.pooling = "max+attention";  // over 2 H = 6: a key and a query
  SentimentLSTM attentive(config, rng);
  CHECK(nn::count_parameters(attentive) == nn::count_parameters(model) + 6 * 6 + 6 + 6);
  const Array vectors = rng.normal({5, 2});
  model.set_vectors(vectors);
  check_close(nn::named_parameters(model)[0].second.value(), vectors, 0);
  CHECK_THROWS_WITH(model.set_vectors(Array(Shape{5, 3})),
                    Contains("[sentiment_lstm] vectors: expected (5, 2), got (5, 3)"));
}

TEST_CASE("wrong configurations of a sentiment model are named") {
  Rng rng(10);
  const auto message = [&](auto change) {
    SentimentLSTMConfig config = tiny();
    change(config);
    return message_of([&] { SentimentLSTM(config, rng); });
  };
  CHECK(message([](auto& config) { config.classes = 0; }) == "[sentiment_lstm] classes = 0: expected at least 1");
  CHECK(message([](auto& config) { config.embed = 0; }) == "[sentiment_lstm] embed = 0: expected at least 1");
  CHECK_THAT(message([](auto& config) { config.cell = "lstn"; }), Contains("cell 'lstn' is unknown"));
  for (const std::string pooling : {"", "+", "max+", "+max", "max+max", "median", "max,mean"})
    CHECK(message([&](auto& config) { config.pooling = pooling; }) ==
          "[sentiment_lstm] pooling '" + pooling +
              "': expected last, max, mean, attention, or several of them joined by +, each once");
  const SentimentLSTM model(tiny(), rng);
  CHECK_THROWS_WITH(model.forward(IndexArray(Shape{2}, 1), IndexArray(Shape{1}, 1)), Contains("words (T, B)"));
  CHECK_THROWS_WITH(model.forward(IndexArray(Shape{2, 1}, 5), IndexArray(Shape{1}, 1)), Contains("index 5"));
}
