#include "models/char_task.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

template <class Model>
double mean_nats(const Model& model, auto chunks, std::size_t batch) {
  const Pause pause;
  typename Model::State state = model.zero_state(batch);
  Rng unused(0);
  double nats = 0, symbols = 0;
  for (std::size_t i = 0; i < chunks.steps_per_epoch(); ++i) {
    const datasets::Batch chunk = chunks.next();
    auto [loss, last] = model.parallel_loss(chunk, state, unused);
    nats += static_cast<double>(loss.item()) * static_cast<double>(chunk.count);
    symbols += static_cast<double>(chunk.count);
    state = std::move(last);
  }
  return nats / symbols;
}

}  // namespace

datasets::Streams chunks_of(const CharRNN&, const IndexArray& sequence, std::size_t batch, std::size_t bptt) {
  return {sequence, batch, bptt, {.whole = true}};
}

datasets::Windows chunks_of(const CharTransformer& model, const IndexArray& sequence, std::size_t batch) {
  return {sequence, batch, model.config().context};
}

double evaluate(const CharRNN& model, const IndexArray& sequence, std::size_t batch, std::size_t bptt) {
  batch = std::max<std::size_t>(1, std::min(batch, sequence.size() / 2));
  return mean_nats(model, chunks_of(model, sequence, batch, bptt), batch);
}

double evaluate(const CharTransformer& model, const IndexArray& sequence, std::size_t batch) {
  return mean_nats(model, chunks_of(model, sequence, batch), batch);
}

template <class Model>
CharTask<Model>::CharTask(Model& model, const datasets::CharCorpus& corpus, Rng& rng, const CharTaskOptions& options)
    : model_(model),
      corpus_(corpus),
      rng_(rng),
      options_(options),
      streams_(corpus.train(), options.batch, options.bptt, {.shift = &rng}),
      state_(model.zero_state(options.batch)),
      before_{streams_.cursor(), rng, state_} {}

template <class Model>
Tensor CharTask<Model>::loss() {
  before_ = {streams_.cursor(), rng_, state_};
  if (streams_.at_start()) state_ = model_.zero_state(options_.batch);
  const datasets::Batch batch = streams_.next();
  items_ = batch.count;
  auto [loss, last] = model_.parallel_loss(batch, state_, rng_);
  state_ = std::move(last);
  return loss;
}

template <class Model>
void CharTask<Model>::redo_last() {
  streams_.set_cursor(before_.cursor);
  rng_ = before_.rng;
  state_ = before_.state;
}

template <class Model>
std::string CharTask<Model>::sample() {
  if (options_.sample_length == 0) return "";
  Rng rng(streams_.cursor().epoch * 1000003 + streams_.cursor().step);
  const IndexArray prompt = share(corpus_.validation(), {1});
  datasets::Utf8Stream text;
  std::string out;
  model_.generate(prompt, options_.sample_length, {.temperature = 0.8}, rng,
                  [&](Index i) { out += text.push(corpus_.vocabulary().decode(i)); });
  return out + text.finish();
}

template <class Model>
nlohmann::json CharTask<Model>::state() const {
  const auto& c = streams_.cursor();
  return {{"epoch", c.epoch}, {"step", c.step}, {"shift", c.shift}, {"rng", rng_.state()}};
}

template <class Model>
void CharTask<Model>::set_state(const nlohmann::json& state) {
  streams_.set_cursor({state.at("epoch").get<std::uint64_t>(), state.at("step").get<std::uint64_t>(),
                       state.at("shift").get<std::uint64_t>()});
  rng_.set_state(state.at("rng").get<std::string>());
}

template <class Model>
nn::NamedArrays CharTask<Model>::carried() const {
  nn::NamedArrays arrays;
  for (std::size_t i = 0; i < state_.size(); ++i) arrays.emplace_back(fmt::format("state.{}", i), state_[i].value());
  return arrays;
}

template <class Model>
void CharTask<Model>::set_carried(const nn::NamedArrays& carried) {
  nn::NamedParameters expected;
  state_ = model_.zero_state(options_.batch);
  for (std::size_t i = 0; i < state_.size(); ++i) expected.emplace_back(fmt::format("state.{}", i), state_[i]);
  nn::load_into(expected, carried);
}

template class CharTask<CharRNN>;
template class CharTask<CharTransformer>;

}  // namespace rw::inline REWIND_ABI::models
