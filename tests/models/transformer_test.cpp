#include "models/transformer.hpp"

#include "autograd/gradcheck.hpp"
#include "autograd/workers.hpp"
#include "models/parallel_batch.hpp"
#include "nn/train/optim.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using namespace rw::models;
using Catch::Matchers::Contains;
using datasets::IndexedPairs;
using datasets::PairBatch;
using datasets::Picks;

namespace {

constexpr Index words = 9;  // 4 ... 8, and the special ones

// Targets are their sources backwards.
IndexedPairs reversals(std::size_t n, std::size_t longest, Rng& rng) {
  IndexedPairs pairs;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<Index> source;
    for (std::size_t k = 1 + i % longest; k > 0; --k) source.push_back(4 + static_cast<Index>(rng.below(words - 4)));
    pairs.source.push_back(source);
    pairs.target.emplace_back(source.rbegin(), source.rend());
  }
  return pairs;
}

Picks all_of(const IndexedPairs& pairs) {
  Picks picks;
  for (std::size_t i = 0; i < pairs.size(); ++i) picks.push_back(i);
  return picks;
}

TransformerConfig tiny(const std::string& positions, bool norm_first, bool shared = false) {
  return {.source_vocabulary = words,
          .target_vocabulary = words,
          .layers = {.width = 4,
                     .heads = 2,
                     .feed_forward = 6,
                     .layers = 1,
                     .dropout = 0,
                     .activation = "gelu",
                     .norm_first = norm_first},
          .positions = positions,
          .longest = 12,
          .shared = shared,
          .dropout = 0};
}

// f of every kind of model.
template <class F>
void for_each_kind(const F& f) {
  for (const char* positions : {"sinusoidal", "learned", "rotary"})
    for (const bool norm_first : {false, true}) {
      INFO(positions << (norm_first ? ", pre-norm" : ", post-norm"));
      f(tiny(positions, norm_first));
    }
  INFO("shared");
  f(tiny("sinusoidal", true, true));
}

// (T, B) with `more` rows of `padding` at its end.
IndexArray longer(const IndexArray& x, std::size_t more, Index padding) {
  IndexArray y(Shape{x.shape()[0] + more, x.shape()[1]}, padding);
  std::copy(x.begin(), x.end(), y.data());
  return y;
}

Tensors gradients(const Transformer& model, const PairBatch& batch) {
  Transformer own = model;
  Tape tape;
  const Tensor loss = model.loss(batch);
  Tensors all = tape.grad({loss}, nn::parameters(own));
  all.push_back(detach(loss));
  return all;
}

}  // namespace

TEST_CASE("a Transformer learns reversals, and beam search writes them", "[transformer]") {
  for (const bool shared : {false, true}) {
    Rng rng(1);
    const IndexedPairs pairs = reversals(16, 6, rng);
    const PairBatch batch = datasets::batch_of(pairs, all_of(pairs));
    TransformerConfig config = tiny("sinusoidal", true, shared);
    config.layers.width = 32, config.layers.feed_forward = 64, config.label_smoothing = 0;
    Transformer model(config, rng);
    const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 3e-3});
    for (int step = 0; step < 250; ++step) {
      Tape tape;
      tape.backward(parallel_batch_loss(model, batch, rng));
      optimizer->step();
      nn::zero_grad(model);
    }
    nn::eval(model);
    INFO((shared ? "shared" : "three weights"));
    CHECK(model.loss(batch).item() < 0.02);
    for (const std::size_t beam : {std::size_t{1}, std::size_t{4}})
      CHECK(model.translate(batch.source, batch.source_lengths, {.beam = beam}) == pairs.target);
  }
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradients of a Transformer, of both orders", "[transformer]") {
  Rng rng(2);
  const IndexedPairs pairs{{{4, 5, 6}, {7}}, {{8, 4}, {5}}};
  const PairBatch batch = datasets::batch_of(pairs, {0, 1});
  for_each_kind([&](const TransformerConfig& config) {
    Transformer model(config, rng);
    const nn::NamedParameters known = nn::named_parameters(model);
    Tensors drawn;
    for (const auto& [name, p] : known) drawn.push_back(parameter(rng.normal(p.shape(), 0, 0.5)));
    const auto loss = [&](const Tensors& x) {
      Transformer changed = model;
      nn::for_each_parameter(changed, [&](const std::string&, Tensor& p) {
        for (std::size_t i = 0; i < known.size(); ++i)
          if (p.is(known[i].second)) {
            p = x[i];
            break;
          }
      });
      return changed.loss(batch);
    };
    for (const auto& result : {gradcheck("transformer", loss, drawn), gradgradcheck("transformer", loss, drawn)}) {
      INFO(result.message);
      CHECK(result.ok);
    }
  });
}
#endif

TEST_CASE("padding changes nothing of a Transformer", "[transformer]") {
  Rng rng(3);
  const IndexedPairs pairs = reversals(6, 5, rng);
  const PairBatch batch = datasets::batch_of(pairs, all_of(pairs));
  PairBatch padded = batch;
  padded.source = longer(batch.source, 3, 7), padded.inputs = longer(batch.inputs, 2, 5);
  padded.targets = longer(batch.targets, 2, datasets::ignored);
  for_each_kind([&](const TransformerConfig& config) {
    Transformer model(config, rng);
    const Tensors expected = gradients(model, batch), found = gradients(model, padded);
    for (std::size_t i = 0; i < expected.size(); ++i) check_close(found[i].value(), expected[i].value());
    nn::eval(model);
    CHECK(model.translate(padded.source, padded.source_lengths) == model.translate(batch.source, batch.source_lengths));
  });
}

TEST_CASE("step by step a Transformer says what it says of all at once", "[transformer]") {
  Rng rng(4);
  const IndexedPairs pairs = reversals(5, 5, rng);
  const PairBatch batch = datasets::batch_of(pairs, all_of(pairs));
  const std::size_t T = batch.inputs.shape()[0];
  const IndexArray order = indices({4, 0, 4, 2});  // of the sentences, after the second step
  for_each_kind([&](const TransformerConfig& c) {
    TransformerConfig config = c;
    config.layers.layers = 2;
    Transformer model(config, rng);
    nn::eval(model);
    const Tensor whole = log_softmax(model.forward(batch));
    const auto steps = model.steps(batch.source, batch.source_lengths);
    for (std::size_t t = 0; t < T; ++t) {
      if (t == 2) steps->select(order);
      const std::size_t rows = t < 2 ? 5 : 4;
      IndexArray tokens(Shape{rows});
      for (std::size_t i = 0; i < rows; ++i)
        tokens.data()[i] = batch.inputs(t, t < 2 ? i : static_cast<std::size_t>(order.data()[i]));
      const Tensor found = steps->step(tokens);
      for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t b = t < 2 ? i : static_cast<std::size_t>(order.data()[i]);
        if (static_cast<Index>(t) >= batch.target_lengths.data()[b]) continue;
        check_close(select(found, 0, static_cast<std::ptrdiff_t>(i)).value(),
                    select(select(whole, 0, static_cast<std::ptrdiff_t>(t)), 0, static_cast<std::ptrdiff_t>(b)).value(),
                    sizeof(Scalar) == 4 ? 1e-5 : 1e-10);
      }
    }
  });
}

TEST_CASE("a Transformer's batch split over threads has the loss and gradients of the whole", "[transformer]") {
  Rng rng(5);
  const IndexedPairs pairs = reversals(9, 6, rng);
  const PairBatch batch = datasets::batch_of(pairs, all_of(pairs));
  for (const bool shared : {false, true}) {
    Transformer model(tiny("learned", false, shared), rng);
    const auto run = [&](int threads) {
      set_threads(threads);
      Tape tape;
      const Tensor loss = parallel_batch_loss(model, batch, rng);
      tape.backward(loss);
      Tensors found{detach(loss)};
      for (const Tensor& p : nn::parameters(model)) found.push_back(p.grad());
      nn::zero_grad(model);
      return found;
    };
    const Tensors one = run(1), two = run(2);
    for (std::size_t i = 0; i < one.size(); ++i) check_close(two[i].value(), one[i].value());
  }
}

TEST_CASE("a Transformer's attention is a distribution over the source", "[transformer]") {
  Rng rng(6);
  const PairBatch batch = datasets::batch_of({{{4, 5, 6, 7}, {8, 8}}, {{4}, {5, 6}}}, {0, 1});
  const Tensor weights = Transformer(tiny("rotary", true), rng).attention(batch);
  REQUIRE(weights.shape() == Shape{2, 3, 4});
  for (std::size_t t = 0; t < 3; ++t) {
    const double total = t < 2 ? 1 : 0;  // its target has a word and the end
    CHECK(static_cast<double>(sum(weights, {2}).value()(0, t)) == Approx(total).epsilon(1e-5));
    CHECK(weights.value()(1, t, 2) == 0);
    CHECK(weights.value()(1, t, 3) == 0);
  }
}

TEST_CASE("one weight for both embeddings and the logits; labels are smoothed in training alone", "[transformer]") {
  Rng rng(7);
  Transformer three(tiny("none", true), rng), one(tiny("none", true, true), rng);
  CHECK(nn::count_parameters(three) == nn::count_parameters(one) + 2 * words * 4);
  CHECK(nn::named_parameters(one)[0].first == "source_embedding.weight");
  CHECK(nn::named_parameters(one).back().first == "output.bias");

  const PairBatch batch = datasets::batch_of({{{4, 5}}, {{6}}}, {0});
  const Tensor logits = three.forward(batch);
  const auto smoothed = [&](double e) {
    const auto options = CrossEntropyOptions{.label_smoothing = static_cast<Scalar>(e)};
    return cross_entropy(logits, batch.targets, options).item();
  };
  CHECK(three.loss(batch).item() == smoothed(0.1));
  nn::eval(three);
  CHECK(three.loss(batch).item() == smoothed(0));
}

TEST_CASE("what a Transformer cannot be, and what it cannot read", "[transformer]") {
  Rng rng(8);
  const auto made = [&](const auto& change) {
    TransformerConfig config = tiny("sinusoidal", true);
    change(config);
    return message_of([&] { Transformer(config, rng); });
  };
  CHECK(made([](auto& c) { c.target_vocabulary = 0; }) == "[transformer] target_vocabulary = 0: expected at least 1");
  CHECK_THAT(made([](auto& c) { c.layers.heads = 3; }), Contains("3 heads do not divide a width of 4"));
  CHECK(
      made([](auto& c) { c.shared = true, c.source_vocabulary = 5; }) ==
      "[transformer] shared: the source has 5 words and the target 9: learn one vocabulary from both, or do not share");
  CHECK_THAT(made([](auto& c) { c.label_smoothing = 1; }), Contains("expected 0 <= label_smoothing < 1"));
  CHECK_THAT(made([](auto& c) { c.positions = "round"; }), Contains("'round': expected one of"));

  const Transformer model(tiny("sinusoidal", true), rng);
  const std::vector<Index> long_one(13, 4), short_one{5};
  const IndexedPairs pairs{{short_one, long_one, short_one}, {short_one, short_one, long_one}};
  CHECK(message_of([&] {
          model.loss(datasets::batch_of(pairs, {0, 1}));
        }) ==
        "[transformer] source: sentence 1 of the batch has 13 steps, but the model has 12 positions: leave out or cut "
        "longer sentences, or train with more positions");
  CHECK_THAT(message_of([&] {
               model.loss(datasets::batch_of(pairs, {2, 0}));
             }),
             Contains("target: sentence 0 of the batch has 14 steps"));
  const PairBatch batch = datasets::batch_of(pairs, {1});
  CHECK_THAT(message_of([&] { model.translate(batch.source, batch.source_lengths); }), Contains("has 13 steps"));

  // Without end in sight it stops where its positions do.
  const PairBatch good = datasets::batch_of(pairs, {0});
  const auto endless = model.translate(good.source, good.source_lengths,
                                       {.longest = 100, .forbidden = {0, 1, 2, datasets::special::end}});
  CHECK(endless[0].size() == 12);
}
