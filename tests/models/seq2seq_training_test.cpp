// What is otherwise in training than in eval mode: teacher forcing, smoothed labels, dropout.
#include <cmath>

#include "models/translation_task.hpp"
#include "nn/train/classification.hpp"
#include "tests/models/reversals.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using namespace rw::models;
using namespace rw::test;
using Catch::Matchers::Contains;
using datasets::PairBatch;

TEST_CASE("teacher forcing: a decoder that reads its own words, in training only") {
  const PairBatch batch = batch_of(reversals(6, 7), first(6));
  Rng rng(8);
  Seq2Seq model(config_of("gru", "general"), rng);
  const double forced = number(model.loss(batch));
  model.set_teacher_forcing(0);
  const double own = number(model.loss(batch));
  CHECK(own != Approx(forced));
  CHECK(number(model.loss(batch)) == own);
  // The same by hand: the inputs are what the logits of the step before say.
  PairBatch read = batch;
  for (std::size_t t = 1; t < read.inputs.shape()[0]; ++t) {
    model.set_teacher_forcing(1);
    const IndexArray likeliest = nn::predicted_classes(model.forward(read));
    for (std::size_t b = 0; b < 6; ++b) read.inputs(t, b) = likeliest(t - 1, b);
  }
  CHECK(number(model.loss(read)) == Approx(own).epsilon(1e-5));
  model.set_teacher_forcing(0);
  nn::eval(model);
  CHECK(number(model.loss(batch)) == Approx(forced).epsilon(1e-6));
  for (const double p : {-0.1, 1.1, std::nan("")})
    CHECK_THAT(message_of([&] { model.set_teacher_forcing(p); }), Contains("expected a probability"));
}

TEST_CASE("a schedule of teacher forcing follows the steps, and goes on where it stood") {
  const TeacherForcing forcing{.first = 1, .last = 0.2, .steps = 10};
  CHECK(forcing(0) == 1);
  CHECK(forcing(5) == Approx(0.6));
  CHECK(forcing(10) == 0.2);
  CHECK(forcing(1000) == 0.2);
  CHECK(TeacherForcing{}(0) == 1);

  const datasets::IndexedPairs pairs = reversals(30, 8);
  Seq2SeqConfig config = config_of("gru", "general");
  config.dropout = 0.3;
  Rng rng(9), other(10);
  Seq2Seq model(config, rng);
  TranslationTask<Seq2Seq> task(model, pairs, pairs, rng, 60, forcing);
  for (int i = 0; i < 4; ++i) task.loss();
  const nlohmann::json state = task.state();
  std::vector<Scalar> losses;
  for (int i = 0; i < 8; ++i) losses.push_back(task.loss().item());
  task.redo_last();
  CHECK(task.loss().item() == losses.back());

  Seq2Seq copy(config, other);
  const Tensors values = nn::parameters(model);
  Tensors own = nn::parameters(copy);
  for (std::size_t k = 0; k < own.size(); ++k) own[k].mutate() = values[k].value();
  TranslationTask<Seq2Seq> resumed(copy, pairs, pairs, other, 60, forcing);
  resumed.set_state(state);
  for (const Scalar loss : losses) CHECK(resumed.loss().item() == loss);
}

TEST_CASE("labels are smoothed, and words dropped, in training only") {
  const PairBatch batch = batch_of(reversals(4, 9), first(4));
  Rng rng(11);
  Seq2SeqConfig config = config_of("gru", "general");
  const double plain = [&] {
    Rng same(11);
    return number(Seq2Seq(config, same).loss(batch));
  }();
  config.label_smoothing = 0.1;
  Seq2Seq model(config, rng);
  CHECK(number(model.loss(batch)) != Approx(plain));
  nn::eval(model);
  CHECK(number(model.loss(batch)) == Approx(plain));

  config.dropout = 0.5;
  Seq2Seq dropped(config, rng);
  CHECK(dropped.loss(batch).item() != dropped.loss(batch).item());
  nn::eval(dropped);
  const std::string before = rng.state();
  CHECK(dropped.loss(batch).item() == dropped.loss(batch).item());
  CHECK(rng.state() == before);
}
