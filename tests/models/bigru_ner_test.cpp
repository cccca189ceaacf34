#include "models/bigru_ner.hpp"

#include "autograd/gradcheck.hpp"
#include "autograd/workers.hpp"
#include "models/ner_task.hpp"
#include "nn/train/optim.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using namespace rw::models;
using datasets::TaggedSentence;

namespace {

const std::vector<TaggedSentence> sentences{
    {{"Jordan", "flew", "to", "New", "York", "."}, {"B-PER", "O", "O", "B-LOC", "I-LOC", "O"}},
    {{"Snow", "fell", "in", "Jordan", "."}, {"O", "O", "O", "B-LOC", "O"}},
    {{"Maria", "Jordan", "Lincoln", "met", "Jordan", "!"}, {"B-PER", "I-PER", "I-PER", "O", "B-PER", "O"}},
    {{"Paris"}, {"B-LOC"}},
    {{"May", "was", "cold"}, {"O", "O", "O"}},
    {{"May", "smiled"}, {"B-PER", "O"}},
    {{"In", "1999", "Paris", "London", "and", "York"}, {"O", "O", "B-LOC", "B-LOC", "O", "B-LOC"}},
    {{"Nobody", "has", "heard", "of", "Lincoln"}, {"O", "O", "O", "O", "B-PER"}}};

struct Data {
  datasets::TaggingVocabulary vocabulary =
      datasets::TaggingVocabulary::of(sentences, {.lower_case = true, .fold_digits = true});
  datasets::IndexedSentences encoded = index_sentences(vocabulary, sentences, true);
  datasets::Picks all{0, 1, 2, 3, 4, 5, 6, 7};

  BigruNERConfig config(bool crf, const std::string& characters) const {
    return {.words = vocabulary.words.size(),
            .characters = vocabulary.characters.size(),
            .shapes = datasets::word_shapes,
            .tags = vocabulary.tags.size(),
            .hidden = 12,
            .embed = 8,
            .char_embed = 6,
            .shape_embed = 4,
            .char_features = characters,
            .char_hidden = 6,
            .crf = crf};
  }
  BigruNER model(const BigruNERConfig& config, Rng& rng) const { return {config, allowed_tags(vocabulary.tags), rng}; }
};

// The same sentences with `more` steps of padding, whose numbers are of any words. Its tags are ignored.
datasets::TaggedBatch with_padding(const datasets::TaggedBatch& batch, std::size_t more) {
  const std::size_t T = batch.words.shape()[0], B = batch.size(), Tc = batch.characters.indices.shape()[0];
  datasets::TaggedBatch longer{IndexArray(Shape{T + more, B}, 3),
                               batch.lengths,
                               IndexArray(Shape{T + more, B}, 2),
                               {IndexArray(Shape{Tc + more, (T + more) * B}, 4), IndexArray(Shape{(T + more) * B}, 2)},
                               IndexArray(Shape{T + more, B}, datasets::ignored)};
  for (std::size_t i = 0; i < T * B; ++i) {
    const bool real = static_cast<Index>(i / B) < batch.lengths.data()[i % B];
    if (!real) continue;
    longer.words.data()[i] = batch.words.data()[i], longer.shapes.data()[i] = batch.shapes.data()[i];
    longer.tags.data()[i] = batch.tags.data()[i];
    const Index letters = longer.characters.lengths.data()[i] = batch.characters.lengths.data()[i];
    for (std::size_t t = 0; t < static_cast<std::size_t>(letters); ++t)
      longer.characters.indices(t, i) = batch.characters.indices(t, i);
  }
  return longer;
}

}  // namespace

TEST_CASE("a tagger learns a tiny batch by heart, whatever it is made of") {
  const Data data;
  for (const bool crf : {true, false})
    for (const char* characters : {"cnn", "gru", "none"}) {
      Rng rng(1);
      BigruNERConfig config = data.config(crf, characters);
      if (std::string(characters) == "none") config.shapes = 0;
      BigruNER model = data.model(config, rng);
      NERTask task(model, data.vocabulary, data.encoded, sentences, rng, 8);
      const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = 2e-2});
      double loss = 0;
      for (int step = 0; step < 120; ++step) {
        Tape tape;
        const Tensor output = task.loss();
        tape.backward(output);
        optimizer->step();
        nn::zero_grad(model);
        loss = static_cast<double>(output.item());
      }
      INFO(characters << (crf ? ", CRF" : ", softmax"));
      CHECK(loss < 0.1);
      nn::eval(model);
      CHECK(task.validate() == 0);
    }
}

TEST_CASE("the loss is the mean over sequences, and a softmax's that of its words added up") {
  const Data data;
  Rng rng(2);
  for (const auto& [crf, characters] : {std::pair{true, "cnn"}, {false, "gru"}}) {
    const BigruNER model = data.model(data.config(crf, characters), rng);
    double sum = 0;
    for (const std::size_t i : data.all) sum += static_cast<double>(model.loss(batch_of(data.encoded, {i})).item());
    datasets::Picks often;  // so that there are several groups of words in the network over characters
    for (std::size_t i = 0; i < 64; ++i) often.push_back(data.all[i % 8]);
    for (const datasets::Picks& picks : {data.all, often})
      CHECK(static_cast<double>(model.loss(batch_of(data.encoded, picks)).item()) == Approx(sum / 8).epsilon(1e-5));
  }
}

TEST_CASE("padding changes nothing, whatever stands in it") {
  const Data data;
  Rng rng(3);
  for (const bool crf : {true, false})
    for (const char* characters : {"cnn", "gru", "none"}) {
      BigruNERConfig config = data.config(crf, characters);
      config.layers = 2;
      BigruNER model = data.model(config, rng);
      const datasets::TaggedBatch batch = batch_of(data.encoded, data.all), longer = with_padding(batch, 5);
      const auto gradients = [&](const datasets::TaggedBatch& b) {
        Tape tape;
        return tape.grad({model.loss(b)}, nn::parameters(model));
      };
      CHECK(static_cast<double>(model.loss(longer).item()) ==
            Approx(static_cast<double>(model.loss(batch).item())).epsilon(1e-5));
      const Tensors expected = gradients(batch), found = gradients(longer);
      for (std::size_t k = 0; k < expected.size(); ++k) check_close(found[k].value(), expected[k].value());
      const IndexArray tags = model.decode(batch), of_longer = model.decode(longer);
      for (std::size_t t = 0; t < of_longer.shape()[0]; ++t)
        for (std::size_t b = 0; b < 8; ++b)
          CHECK(of_longer(t, b) == (t < tags.shape()[0] ? tags(t, b) : datasets::ignored));
    }
}

TEST_CASE("a batch split over threads has the loss and the gradients of the whole") {
  const Data data;
  Rng rng(4);
  BigruNER model = data.model(data.config(true, "cnn"), rng);
  const datasets::TaggedBatch batch = batch_of(data.encoded, data.all);
  const auto run = [&](int threads) {
    set_threads(threads);
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

TEST_CASE("with dropout, a generator of the same state gives the same loss; evaluation draws nothing") {
  const Data data;
  Rng rng(5);
  BigruNERConfig config = data.config(true, "cnn");
  config.dropout = 0.5, config.word_dropout = 0.5;
  BigruNER model = data.model(config, rng);
  const datasets::TaggedBatch batch = batch_of(data.encoded, data.all);
  const Rng before = rng;
  const Scalar loss = model.loss(batch).item();
  CHECK(model.loss(batch).item() != loss);
  rng = before;
  CHECK(model.loss(batch).item() == loss);
  nn::eval(model);
  const std::string state = rng.state();
  const Scalar calm = model.loss(batch).item();
  CHECK(model.loss(batch).item() == calm);
  CHECK(rng.state() == state);
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck of a whole tagger") {
  const Data data;
  for (const bool crf : {true, false})
    for (const char* characters : {"cnn", "gru"}) {
      Rng rng(6);
      BigruNERConfig config = data.config(crf, characters);
      config.hidden = 2, config.embed = 2, config.char_embed = 2, config.char_hidden = 2, config.shape_embed = 2;
      BigruNER model = data.model(config, rng);
      const datasets::TaggedBatch batch = batch_of(data.encoded, {0, 3, 5});
      const auto loss = [&](const Tensors& parameters) {
        BigruNER copy = model;
        std::size_t i = 0;
        nn::for_each_parameter(copy, [&](const std::string&, Tensor& p) { p = parameters[i++]; });
        return copy.loss(batch);
      };
      const GradcheckResult result = gradcheck("bigru_ner", loss, nn::parameters(model));
      INFO(result.message);
      CHECK(result);
    }
}
#endif

TEST_CASE("what the CRF decodes is a BIOES sequence, whatever the weights") {
  const Data data;
  const auto& names = data.vocabulary.tags.names();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(seed);
    const BigruNER model = data.model(data.config(true, "none"), rng);
    const IndexArray tags = model.decode(batch_of(data.encoded, data.all));
    for (std::size_t b = 0; b < 8; ++b) {
      std::vector<std::string> sequence;
      for (std::size_t t = 0; t < sentences[b].tokens.size(); ++t)
        sequence.push_back(names[static_cast<std::size_t>(tags(t, b))]);
      CHECK(well_formed(sequence, datasets::TagScheme::bioes));
    }
  }
}

TEST_CASE("an unknown word, an empty sentence and one of a single word have tags") {
  const Data data;
  Rng rng(7);
  BigruNER model = data.model(data.config(true, "gru"), rng);
  nn::eval(model);
  const auto tags = predict_tags(
      model, data.vocabulary, index_sentences(data.vocabulary, {{{"Zürich"}, {}}, {{}, {}}, {{"x", "y"}, {}}}, false));
  REQUIRE(tags.size() == 3);
  CHECK(tags[0].size() == 1);
  CHECK(tags[1].empty());
  CHECK(tags[2].size() == 2);
  CHECK(predict_tags(model, data.vocabulary, index_sentences(data.vocabulary, {}, false)).empty());
}

TEST_CASE("vectors replace the words' embedding") {
  const Data data;
  Rng rng(8);
  BigruNER model = data.model(data.config(true, "cnn"), rng);
  const Array vectors = rng.normal({data.vocabulary.words.size(), 8});
  model.set_vectors(vectors);
  check_close(nn::named_parameters(model)[0].second.value(), vectors);
  CHECK_THAT(message_of([&] { model.set_vectors(rng.normal({3, 8})); }), Catch::Contains("vectors"));
}

TEST_CASE("wrong configurations of a tagger are named") {
  const Data data;
  Rng rng(9);
  const auto message = [&](auto change) {
    BigruNERConfig config = data.config(true, "gru");
    change(config);
    return message_of([&] { data.model(config, rng); });
  };
  CHECK(message([](auto& c) { c.hidden = 0; }) == "[bigru_ner] hidden = 0: expected at least 1");
  CHECK(message([](auto& c) { c.words = 0; }) == "[bigru_ner] words = 0: expected at least 1");
  CHECK(message([](auto& c) { c.char_hidden = 5; }) ==
        "[bigru_ner] char_hidden = 5: expected an even number, half of it a direction");
  CHECK(message([](auto& c) { c.char_features = "lstm"; }) ==
        "[bigru_ner] char_features 'lstm': expected cnn, gru or none");
  CHECK_THAT(message([](auto& c) { c.cell = "grue"; }), Catch::Contains("cell 'grue' is unknown"));
  CHECK_THAT(message([](auto& c) { c.tags = 3; }), Catch::Contains("allowed start"));
}
