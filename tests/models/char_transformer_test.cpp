#include "models/char_transformer.hpp"

#include "autograd/gradcheck.hpp"
#include "autograd/workers.hpp"
#include "examples/char_rnn_files.hpp"
#include "models/char_task.hpp"
#include "nn/train/trainer.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using namespace rw::models;
using Catch::Matchers::Contains;

namespace {

std::string lines(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += "the quick brown fox jumps over the lazy dog.\n";
  return text;
}

CharTransformerConfig tiny(const std::string& positions, std::size_t vocabulary, std::size_t context = 5) {
  return {.vocabulary = vocabulary,
          .width = 4,
          .heads = 2,
          .layers = 2,
          .feed_forward = 6,
          .context = context,
          .positions = positions};
}

std::vector<Index> written(const CharTransformer& model, const IndexArray& prompt, std::size_t length,
                           const SamplingOptions& options, std::uint64_t seed = 1) {
  Rng rng(seed);
  std::vector<Index> symbols;
  model.generate(prompt, length, options, rng, [&](Index i) { symbols.push_back(i); });
  return symbols;
}

}  // namespace

TEST_CASE("a Transformer learns a repeated line by heart and writes it, with positions of any kind", "[transformer]") {
  const datasets::CharCorpus corpus(lines(60));
  for (const char* positions : {"learned", "sinusoidal", "rotary"}) {
    const TemporaryFolder folder;
    Rng rng(1);
    CharTransformerConfig config = tiny(positions, corpus.vocabulary().size(), 24);
    config.width = 32, config.feed_forward = 0;
    CharTransformer model(config, rng);
    CharTransformerTask task(model, corpus, rng, {.batch = 8, .bptt = 24});
    CHECK(evaluate(model, corpus.validation()) > 2.5);
    const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = 5e-3});
    nn::Trainer trainer(task, *optimizer, {.directory = folder.path(), .steps = 300, .clip = 1, .quiet = true});
    trainer.run();
    nn::eval(model);
    INFO(positions);
    CHECK(evaluate(model, corpus.validation()) < 0.1);
    std::string text;  // over several contexts
    for (const Index i : written(model, corpus.vocabulary().encode("the quick"), 81, {.temperature = 0}))
      text += corpus.vocabulary().decode(i);
    CHECK(text == " brown fox jumps over the lazy dog.\nthe quick brown fox jumps over the lazy dog.\n");
  }
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradients of a character Transformer, of both orders", "[transformer]") {
  Rng rng(2);
  const IndexArray text = indices({0, 3, 1, 2, 2, 0, 1, 3, 0});
  const datasets::Batch batch = datasets::Streams(text, 2, 4).next();
  for (const char* positions : {"learned", "sinusoidal", "rotary", "none"}) {
    CharTransformer model(tiny(positions, 4), rng);
    Tensors drawn;
    for (const Tensor& p : nn::parameters(model)) drawn.push_back(parameter(rng.normal(p.shape(), 0, 0.5)));
    const auto loss = [&](const Tensors& x) {
      CharTransformer changed = model;
      std::size_t i = 0;
      nn::for_each_parameter(changed, [&](const std::string&, Tensor& p) { p = x[i++]; });
      return changed.loss(batch).outputs;
    };
    for (const auto& result : {gradcheck(positions, loss, drawn), gradgradcheck(positions, loss, drawn)}) {
      INFO(result.message);
      CHECK(result.ok);
    }
  }
}
#endif

TEST_CASE("no step of a Transformer sees a later one", "[transformer]") {
  Rng rng(3);
  for (const char* positions : {"learned", "rotary"}) {
    const CharTransformer model(tiny(positions, 7, 6), rng);
    IndexArray a(Shape{6, 1}, Index(2)), b = a;
    b.data()[4] = 5, b.data()[5] = 1;
    const Tensor one = model.forward(a).outputs, other = model.forward(b).outputs;
    check_close(slice(one, 0, 0, 4).value(), slice(other, 0, 0, 4).value());
    CHECK(select(one, 0, 4).value() != select(other, 0, 4).value());
  }
}

TEST_CASE("what a Transformer writes is what it says of all that is in its context", "[transformer]") {
  Rng rng(4);
  const IndexArray prompt = indices({1, 0, 4, 2, 2, 3, 6});
  for (const char* positions : {"learned", "sinusoidal", "rotary"})
    for (const std::size_t context : {1, 2, 5, 7, 64}) {
      const CharTransformer model(tiny(positions, 7, context), rng);
      const std::vector<Index> found = written(model, prompt, 30, {.temperature = 3});
      // The same without a cache: what is seen grows to the context, then shrinks to its half.
      std::vector<Index> expected,
          seen(prompt.end() - static_cast<std::ptrdiff_t>(std::min(context, prompt.size())), prompt.end());
      Rng own(1);
      while (expected.size() < 30) {
        IndexArray x(Shape{seen.size(), 1});
        std::copy(seen.begin(), seen.end(), x.data());
        expected.push_back(sample(select(model.forward(x).outputs, 0, -1).value(), {.temperature = 3}, own));
        seen.push_back(expected.back());
        if (seen.size() > context)
          seen.erase(seen.begin(), seen.end() - static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, context / 2)));
      }
      INFO(positions << ", context " << context);
      CHECK(found == expected);
    }
}

TEST_CASE("a Transformer is evaluated with half of its context before each symbol", "[transformer]") {
  Rng rng(5);
  const IndexArray text = share(datasets::CharCorpus(lines(5)).validation(), {22});
  CharTransformerConfig config = tiny("learned", 40, 8);
  const CharTransformer model(config, rng);
  double nats = 0;
  for (std::size_t at = 1; at < text.size(); ++at) {  // the first window has 8 steps, each next one 4 more
    const std::size_t window = at <= 8 ? 0 : (at - 8 + 3) / 4, begin = std::min<std::size_t>(4 * window, 21 - 8);
    const Tensor logits = model.forward(share(text, {at - begin, 1}, begin)).outputs;
    nats += static_cast<double>(cross_entropy(select(logits, 0, -1), share(text, {1}, at)).item());
  }
  for (const int threads : {1, 2})
    for (const std::size_t batch : {1, 3, 32}) {
      set_threads(threads);
      CHECK(evaluate(model, text, batch) == Approx(nats / 21).epsilon(1e-5));
    }
  config.context = 500;  // longer than the text
  CHECK(evaluate(CharTransformer(config, rng), text) > 0);
}

TEST_CASE("a Transformer's parameters, and its folder", "[transformer]") {
  const TemporaryFolder folder;
  const datasets::CharCorpus corpus(lines(5));
  const std::size_t V = corpus.vocabulary().size();
  Rng rng(6);
  CharTransformerConfig config = tiny("learned", V, 9);
  const std::size_t layer = 4 * (4 * 4 + 4) + (6 * 4 + 6) + (4 * 6 + 4) + 4 * 4;
  CharTransformer model(config, rng);
  CHECK(nn::count_parameters(model) == V * 4 + 9 * 4 + 2 * layer + 2 * 4 + V * 4 + V);
  config.tied = true;
  CharTransformer tied(config, rng);
  CHECK(nn::count_parameters(tied) == V * 4 + 9 * 4 + 2 * layer + 2 * 4 + V);

  const examples::CharSetup setup{config, corpus.vocabulary()};
  examples::save_setup(folder.path(), setup);
  nn::save_safetensors(folder.path("model.safetensors"), nn::copy_values(nn::named_parameters(tied)));
  CHECK(examples::load_setup(folder.path()) == setup);
  const examples::CharModel loaded = examples::load_char_model(folder.path(), setup, rng);
  CHECK(evaluate(std::get<CharTransformer>(loaded), corpus.validation()) == evaluate(tied, corpus.validation()));
  CHECK_THAT(message_of([&] { examples::load_config(folder.path()); }),
             Contains("describes a 'char_transformer', not a char_rnn"));
  folder.write("config.json", R"({"model": "char_transformer", "width": 4})");
  CHECK_THAT(message_of([&] { examples::load_setup(folder.path()); }),
             Contains("is not a char_transformer's configuration"));
  folder.write("config.json", "[]");
  CHECK_THAT(message_of([&] { examples::load_setup(folder.path()); }), Contains("is not a char_rnn's configuration"));
}

TEST_CASE("what a character Transformer cannot be, and what it cannot read", "[transformer]") {
  Rng rng(7);
  const auto made = [&](const auto& change) {
    CharTransformerConfig config = tiny("learned", 5);
    change(config);
    return message_of([&] { CharTransformer(config, rng); });
  };
  CHECK(made([](auto& c) { c.context = 0; }) == "[char_transformer] context = 0: expected at least 1");
  CHECK_THAT(made([](auto& c) { c.heads = 3; }), Contains("3 heads do not divide a width of 4"));
  CHECK_THAT(made([](auto& c) { c.heads = 0; }), Contains("0 heads do not divide"));
  CHECK_THAT(made([](auto& c) { c.heads = 4, c.positions = "rotary"; }), Contains("a head is 1 wide"));
  CHECK_THAT(made([](auto& c) { c.positions = "round"; }), Contains("'round': expected one of"));
  const CharTransformer model(tiny("rotary", 5, 3), rng);
  CHECK_THAT(message_of([&] {
               model.forward(IndexArray(Shape{4, 1}, 0));
             }),
             Contains("a sequence of 4 steps, but the context has 3"));
  CHECK(message_of([&] { written(model, IndexArray(Shape{0}), 1, {}); }) ==
        "[generate] prompt: expected at least one symbol");
  CHECK(written(model, indices({1}), 0, {}).empty());
}
