#include "models/seq2seq.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "autograd/gradcheck.hpp"
#include "autograd/workers.hpp"
#include "models/translation_task.hpp"
#include "nn/train/classification.hpp"
#include "nn/train/optim.hpp"
#include "tests/models/reversals.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using namespace rw::models;
using Catch::Matchers::Contains;
using namespace rw::test;
using datasets::PairBatch;

namespace {

std::vector<std::string> attentions() {
  std::vector<std::string> names = nn::attention_names();
  names.push_back("none");
  return names;
}

IndexArray longer(const IndexArray& x, std::size_t more, Index value) {
  IndexArray y(Shape{x.shape()[0] + more, x.shape()[1]}, value);
  std::copy(x.begin(), x.end(), y.data());
  return y;
}

Tensors gradients_of(Seq2Seq& model, const PairBatch& batch) {
  Tape tape;
  return tape.grad({model.loss(batch)}, nn::parameters(model));
}

}  // namespace

TEST_CASE("a translator learns to reverse by heart, whatever it attends with") {
  const datasets::IndexedPairs pairs = reversals(64, 1);
  for (const auto& [cell, attention] : {std::pair{"gru", "none"},
                                        {"gru", "dot"},
                                        {"gru", "scaled_dot"},
                                        {"gru", "general"},
                                        {"gru", "additive"},
                                        {"lstm", "none"},
                                        {"lstm", "general"}}) {
    Rng rng(1);
    Seq2SeqConfig config = config_of(cell, attention);
    config.hidden = 48, config.embed = 24;
    Seq2Seq model(config, rng);
    TranslationTask<Seq2Seq> task(model, pairs, pairs, rng, 200);
    const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = 1e-2});
    for (int step = 0; step < 300; ++step) {
      Tape tape;
      tape.backward(task.loss());
      optimizer->step();
      nn::zero_grad(model);
    }
    INFO(cell << ", " << attention);
    task.set_training(false);
    CHECK(task.validate() < 0.05);
    CHECK(translations_of(model, pairs.source, {.beam = 1}) == pairs.target);
    CHECK(translations_of(model, pairs.source, {.beam = 4}) == pairs.target);
  }
}

TEST_CASE("step by step a decoder says what it says of all steps at once") {
  const datasets::IndexedPairs pairs = reversals(6, 2);
  for (const std::string& attention : attentions())
    for (const std::string cell : {"gru", "lstm"}) {
      Rng rng(3);
      Seq2SeqConfig config = config_of(cell, attention);
      config.layers = 2;
      Seq2Seq model(config, rng);
      const PairBatch batch = batch_of(pairs, first(6));
      const Tensor together = model.forward(batch);
      model.set_teacher_forcing(1 - 1e-12);
      check_close(model.forward(batch).value(), together.value());
      // Each index of a greedy translation is the likeliest after those before it.
      nn::eval(model);
      datasets::IndexedPairs greedy{pairs.source, {}};
      const BeamOptions options{.beam = 1, .longest = 7, .forbidden = {}};
      greedy.target = model.translate(batch.source, batch.source_lengths, options);
      const PairBatch again = batch_of(greedy, first(6));
      const Array logits = model.forward(again).value();
      for (std::size_t b = 0; b < 6; ++b)
        for (std::size_t t = 0; t < std::min<std::size_t>(7, greedy.target[b].size() + 1); ++t) {
          const Scalar* row = logits.data() + (t * 6 + b) * V;
          CHECK(std::max_element(row, row + V) - row == again.targets(t, b));
        }
    }
}

TEST_CASE("a sentence is translated alike alone and in any batch, with any beam") {
  const datasets::IndexedPairs pairs = reversals(9, 3);
  for (const std::string& attention : attentions()) {
    Rng rng(4);
    Seq2Seq model(config_of("lstm", attention), rng);
    for (Tensor& p : nn::parameters(model)) p.mutate() = rng.normal(p.shape());
    nn::eval(model);
    for (const std::size_t beam : {1u, 3u}) {
      const auto together = translations_of(model, pairs.source, {.beam = beam}, 9);
      CHECK(translations_of(model, pairs.source, {.beam = beam}, 1) == together);
      CHECK(translations_of(model, pairs.source, {.beam = beam}, 4) == together);
    }
  }
}

TEST_CASE("padding of sources and targets changes nothing, whatever stands in it") {
  const datasets::IndexedPairs pairs = reversals(5, 4);
  for (const std::string& attention : attentions())
    for (const bool bidirectional : {false, true}) {
      Rng rng(5);
      Seq2SeqConfig config = config_of("gru", attention, bidirectional);
      config.layers = 2, config.tied = false;
      Seq2Seq model(config, rng);
      const PairBatch batch = batch_of(pairs, first(5));
      const Tensors expected = gradients_of(model, batch);
      const double loss = number(model.loss(batch));
      double sum = 0;
      for (std::size_t i = 0; i < 5; ++i) {
        const PairBatch alone = batch_of(pairs, {i});
        sum += number(model.loss(alone)) * static_cast<double>(alone.count);
      }
      CHECK(loss == Approx(sum / static_cast<double>(batch.count)).epsilon(1e-5));

      const Scalar nan = std::numeric_limits<Scalar>::quiet_NaN();
      for (auto& [name, p] : nn::named_parameters(model))
        if (name.ends_with("embedding.weight")) std::fill_n(p.mutate().data(), 3, nan);  // that of padding
      const PairBatch padded{longer(batch.source, 3, 0), batch.source_lengths,
                             longer(batch.inputs, 2, 0), longer(batch.targets, 2, datasets::ignored),
                             batch.target_lengths,       batch.count};
      CHECK(number(model.loss(padded)) == Approx(loss).epsilon(1e-5));
      const Tensors found = gradients_of(model, padded);
      for (std::size_t k = 0; k < found.size(); ++k) check_close(found[k].value(), expected[k].value());
    }
}

TEST_CASE("what a translator looks at: weights of each step's real words") {
  const datasets::IndexedPairs pairs = reversals(7, 5);
  const PairBatch batch = batch_of(pairs, first(7));
  for (const std::string& attention : nn::attention_names()) {
    Rng rng(6);
    const Seq2Seq model(config_of("gru", attention), rng);
    const Array weights = model.attention(batch).value();
    const std::size_t T = batch.inputs.shape()[0], S = batch.source.shape()[0];
    REQUIRE(weights.shape() == Shape{7, T, S});
    for (std::size_t b = 0; b < 7; ++b)
      for (std::size_t t = 0; t < T; ++t) {
        double sum = 0;
        for (std::size_t s = 0; s < S; ++s) {
          sum += static_cast<double>(weights(b, t, s));
          if (static_cast<Index>(s) >= batch.source_lengths(b)) CHECK(weights(b, t, s) == 0);
        }
        CHECK(sum == Approx(static_cast<Index>(t) < batch.target_lengths(b) ? 1 : 0));
      }
  }
  Rng rng(6);
  const Seq2Seq model(config_of("gru", "none"), rng);
  CHECK(message_of([&] { model.attention(batch); }) == "[seq2seq] attention: this model has none");
}

TEST_CASE("every cell can translate, and each of its parameters learns") {
  const PairBatch batch = batch_of(reversals(4, 6), first(4));
  for (const std::string& cell : nn::cell_names())
    for (const std::string attention : {"general", "none"}) {
      Rng rng(7);
      Seq2SeqConfig config = config_of(cell, attention);
      config.layers = 2, config.hidden = 16, config.tied = false;  // so wide that no ReLU layer is dead
      Seq2Seq model(config, rng);
      const auto named = nn::named_parameters(model);
      const Tensors gradients = gradients_of(model, batch);
      for (std::size_t k = 0; k < named.size(); ++k) {
        INFO(cell << ", " << attention << ": " << named[k].first);
        const Array& g = gradients[k].value();
        CHECK(std::all_of(g.begin(), g.end(), [](Scalar x) { return std::isfinite(x); }));
        CHECK(std::any_of(g.begin(), g.end(), [](Scalar x) { return x != 0; }));
      }
    }
}

TEST_CASE("a batch of pairs split over threads has the loss and the gradients of the whole") {
  const PairBatch batch = batch_of(reversals(11, 10), first(11));
  Rng rng(12);
  Seq2SeqConfig config = config_of("lstm", "additive");
  config.shared = true;
  Seq2Seq model(config, rng);
  const auto run = [&](int n) {
    set_threads(n);
    Tape tape;
    const Tensor loss = parallel_batch_loss(model, batch, rng);
    tape.backward(loss);
    pool::Vector<Array> results{loss.value()};
    for (const Tensor& p : nn::parameters(model)) results.push_back(p.grad().value());
    nn::zero_grad(model);
    set_threads(1);
    return results;
  };
  const auto whole = run(1), parts = run(2);
  for (std::size_t k = 0; k < whole.size(); ++k) check_close(parts[k], whole[k]);
}

TEST_CASE("embeddings that are tied or shared are one parameter") {
  Rng rng(13);
  Seq2SeqConfig config = config_of("gru", "general");
  config.tied = false;
  Seq2Seq apart(config, rng);
  config.tied = true;
  Seq2Seq tied(config, rng);
  config.shared = true;
  Seq2Seq shared(config, rng);
  CHECK(nn::count_parameters(tied) == nn::count_parameters(apart) - V * config.embed);
  CHECK(nn::count_parameters(shared) == nn::count_parameters(apart) - 2 * V * config.embed);
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of a whole translator") {
  const PairBatch batch = datasets::batch_of({{{4, 5, 6}, {7}}, {{6}, {4, 8}}}, {0, 1});
  for (const std::string& attention : attentions())
    for (const std::string cell : {"gru", "lstm"})
      for (const bool bidirectional : {false, true}) {
        Rng rng(14);
        Seq2SeqConfig config = config_of(cell, attention, bidirectional);
        config.embed = config.hidden = 2, config.shared = true, config.label_smoothing = 0.1;
        Seq2Seq model(config, rng);
        const Tensors own = nn::parameters(model);
        const auto loss = [&](const Tensors& parameters) {
          Seq2Seq copy = model;
          nn::for_each_parameter(copy, [&](const std::string&, Tensor& p) {
            const auto at = std::find_if(own.begin(), own.end(), [&](const Tensor& other) { return other.is(p); });
            p = parameters[static_cast<std::size_t>(at - own.begin())];
          });
          return copy.loss(batch);
        };
        INFO(cell << ", " << attention << (bidirectional ? ", both ways" : ""));
        const GradcheckResult once = gradcheck("seq2seq", loss, own), twice = gradgradcheck("seq2seq", loss, own);
        INFO(once.message << twice.message);
        CHECK(once);
        CHECK(twice);
      }
}
#endif

TEST_CASE("wrong configurations of a translator are named") {
  Rng rng(15);
  const auto message = [&](auto change) {
    Seq2SeqConfig config = config_of("gru", "general");
    change(config);
    return message_of([&] { Seq2Seq(config, rng); });
  };
  CHECK(message([](auto& c) { c.source_vocabulary = 0; }) == "[seq2seq] source_vocabulary = 0: expected at least 1");
  CHECK(message([](auto& c) { c.hidden = 0; }) == "[seq2seq] hidden = 0: expected at least 1");
  CHECK(message([](auto& c) { c.hidden = 5; }) ==
        "[seq2seq] hidden = 5: expected an even number, half of it a direction");
  CHECK(message([](auto& c) { c.shared = true, c.source_vocabulary = 11; }) ==
        "[seq2seq] shared: source_vocabulary = 11 must be target_vocabulary = 10");
  CHECK(message([](auto& c) { c.label_smoothing = 1; }) ==
        "[seq2seq] label_smoothing = 1: expected a number in [0, 1)");
  CHECK_THAT(message([](auto& c) { c.attention = "genral"; }), Contains("'genral': expected one of"));
  CHECK_THAT(message([](auto& c) { c.cell = "grue"; }), Contains("cell 'grue' is unknown"));
  const Seq2Seq model(config_of("gru", "general"), rng);
  CHECK_THROWS_WITH(model.translate(IndexArray(Shape{2}, 5), IndexArray(Shape{1}, 1)), Contains("sources (S, B)"));
  CHECK_THROWS_WITH(model.translate(IndexArray(Shape{2, 1}, 5), IndexArray(Shape{1}, 3)), Contains("length"));
  CHECK_THROWS_WITH(model.translate(IndexArray(Shape{2, 1}, 10), IndexArray(Shape{1}, 2)), Contains("index 10"));
}
