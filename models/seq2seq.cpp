#include "models/seq2seq.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "nn/train/classification.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

Seq2SeqConfig checked(const Seq2SeqConfig& c) {
  for (const auto& [name, size] : {std::pair{"source_vocabulary", c.source_vocabulary},
                                   {"target_vocabulary", c.target_vocabulary},
                                   {"embed", c.embed},
                                   {"hidden", c.hidden},
                                   {"layers", c.layers}})
    if (size == 0) fail("seq2seq", fmt::format("{} = 0: expected at least 1", name));
  if (c.bidirectional && c.hidden % 2 == 1)
    fail("seq2seq", fmt::format("hidden = {}: expected an even number, half of it a direction", c.hidden));
  if (c.shared && c.source_vocabulary != c.target_vocabulary)
    fail("seq2seq", fmt::format("shared: source_vocabulary = {} must be target_vocabulary = {}", c.source_vocabulary,
                                c.target_vocabulary));
  if (!(c.label_smoothing >= 0 && c.label_smoothing < 1))
    fail("seq2seq", fmt::format("label_smoothing = {}: expected a number in [0, 1)", c.label_smoothing));
  return c;
}

bool attends(const Seq2SeqConfig& c) { return c.attention != "none"; }

std::optional<nn::AnyAttention> make_attention(const Seq2SeqConfig& c, Rng& rng) {
  if (!attends(c)) return {};
  return nn::AnyAttention(c.attention, c.hidden, c.hidden, c.hidden, rng);
}

// These rows of x (N, ...), maybe one several times.
Tensor rows_of(const Tensor& x, const IndexArray& rows) {
  Shape shape = x.shape();
  const std::size_t N = shape[0];
  shape[0] = rows.size();
  return reshape(embedding(reshape(x, {N, x.size() / N}), rows), shape);
}

}  // namespace

Seq2Seq::Seq2Seq(const Seq2SeqConfig& c, Rng& rng)
    : config_(checked(c)),
      source_embedding_(c.source_vocabulary, c.embed, rng),
      target_embedding_(c.shared ? source_embedding_ : nn::Embedding(c.target_vocabulary, c.embed, rng)),
      encoder_(c.cell, c.embed, c.bidirectional ? c.hidden / 2 : c.hidden, c.layers, c.dropout, rng, c.bidirectional),
      decoder_(c.cell, c.embed + (attends(c) ? 0 : c.hidden), c.hidden, c.layers, c.dropout, rng),
      attention_(make_attention(c, rng)),
      readout_(2 * c.hidden, c.embed, rng),
      dropout_(c.dropout, rng),
      output_(c.embed, c.target_vocabulary, rng) {
  if (c.tied) output_.weight = target_embedding_.weight;
  for (const Tensor& s : decoder_.zero_state(1))
    if (s.size(1) == c.hidden) bridge_.emplace_back(c.hidden, c.hidden, rng);
}

void Seq2Seq::set_teacher_forcing(double p) {
  if (!(p >= 0 && p <= 1)) fail("seq2seq", fmt::format("teacher_forcing = {}: expected a probability", p));
  teacher_forcing_ = p;
}

// Tensor i of layer l in both directions -> tensor i of the decoder's layer l. What is not of width H, such as a count
// of steps, begins anew.
Seq2Seq::State Seq2Seq::first_state(const State& last) const {
  State first = decoder_.zero_state(last[0].size(0));
  const std::size_t n = first.size() / config_.layers;  // tensors of a layer and direction
  const std::size_t ways = config_.bidirectional ? 2 : 1;
  auto bridge = bridge_.begin();
  for (std::size_t k = 0; k < first.size(); ++k) {
    if (first[k].size(1) != config_.hidden) continue;
    const std::size_t there = k / n * ways * n + k % n;
    const Tensor s = ways == 1 ? last[there] : concat({last[there], last[there + n]}, 1);
    first[k] = tanh((*bridge++)(s));
  }
  return first;
}

// The last layer's h, of both directions.
Tensor Seq2Seq::last_outputs(const State& last) const {
  const std::size_t n = last.size() / config_.layers / (config_.bidirectional ? 2 : 1);
  const Tensor& h = last[last.size() - n];
  return config_.bidirectional ? concat({last[last.size() - 2 * n], h}, 1) : h;
}

Seq2Seq::Encoded Seq2Seq::encode(const IndexArray& sources, const IndexArray& lengths) const {
  const Scope scope("encoder");
  check_rank("seq2seq", "sources (S, B)", 2, sources.shape());
  const nn::Mask mask = nn::mask_of_lengths(lengths, sources.shape()[0]);
  const Tensor x = dropout_(source_embedding_(sources));
  const auto [outputs, last] = encoder_(x, encoder_.zero_state(x.size(1)), mask);
  if (attention_) return {first_state(last), attention_->remember(outputs, mask), {}};
  return {first_state(last), {}, last_outputs(last)};
}

Seq2Seq::Decoded Seq2Seq::decode(const IndexArray& inputs, const Encoded& encoded, const nn::Mask& mask) const {
  const Scope scope("decoder");
  Tensor x = dropout_(target_embedding_(inputs));
  nn::Attended seen;
  if (!attention_) {
    seen.output = expand(encoded.last, {x.size(0), x.size(1), config_.hidden});
    x = concat({x, seen.output}, 2);
  }
  const auto [outputs, state] = decoder_(x, encoded.state, mask);
  if (attention_) seen = (*attention_)(outputs, encoded.memory);
  const Tensor r = tanh(readout_(concat({seen.output, outputs}, 2)));
  return {output_(dropout_(r)), seen.weights, state};
}

// Step by step, each input the target or, with probability 1 - p, what was likeliest one step before.
Tensor Seq2Seq::decode_sampling(const datasets::PairBatch& batch, Encoded encoded) const {
  const std::size_t T = batch.inputs.shape()[0], B = batch.size();
  const nn::Mask mask = nn::mask_of_lengths(batch.target_lengths, T);
  IndexArray inputs = share(batch.inputs, {1, B});
  Tensors logits;
  for (std::size_t t = 0; t < T; ++t) {
    if (t > 0) {
      const IndexArray predicted = nn::predicted_classes(logits.back());
      inputs = IndexArray(Shape{1, B});
      for (std::size_t b = 0; b < B; ++b) {
        const bool real = static_cast<Index>(t) < batch.target_lengths.data()[b];
        const bool own = real && dropout_.rng->uniform() >= teacher_forcing_;
        inputs(0, b) = own ? predicted.data()[b] : batch.inputs(t, b);
      }
    }
    Decoded step = decode(inputs, encoded, mask.chunk(t, t + 1));
    logits.push_back(step.logits);
    encoded.state = std::move(step.state);
  }
  return concat(logits, 0);
}

Tensor Seq2Seq::forward(const datasets::PairBatch& batch) const {
  Encoded encoded = encode(batch.source, batch.source_lengths);
  if (dropout_.training && teacher_forcing_ < 1) return decode_sampling(batch, std::move(encoded));
  return decode(batch.inputs, encoded, nn::mask_of_lengths(batch.target_lengths, batch.inputs.shape()[0])).logits;
}

Tensor Seq2Seq::loss(const datasets::PairBatch& batch) const {
  const double smoothing = dropout_.training ? config_.label_smoothing : 0;
  return cross_entropy(forward(batch), batch.targets,
                       {.ignore_index = datasets::ignored, .label_smoothing = static_cast<Scalar>(smoothing)});
}

// N hypotheses. Those of a sentence have the same memory, which is copied anew only when it is not theirs any more.
class Seq2Seq::Decoding : public StepDecoder {
 public:
  Decoding(const Seq2Seq& model, const IndexArray& sources, const IndexArray& lengths)
      : model_(model), all_(model.encode(sources, lengths)), now_(all_), sentences_(Shape{lengths.size()}) {
    for (std::size_t b = 0; b < sentences_.size(); ++b) sentences_.data()[b] = static_cast<Index>(b);
  }

  Tensor step(const IndexArray& tokens) override {
    Decoded step = model_.decode(share(tokens, {1, tokens.size()}), now_);
    now_.state = std::move(step.state);
    return log_softmax(reshape(step.logits, {tokens.size(), step.logits.size(2)}));
  }

  void select(const IndexArray& rows) override {
    for (Tensor& s : now_.state) s = rows_of(s, rows);
    IndexArray sentences(rows.shape());
    for (std::size_t i = 0; i < rows.size(); ++i) sentences.data()[i] = sentences_.data()[rows.data()[i]];
    if (sentences == sentences_) return;
    sentences_ = sentences;
    auto& [keys, values, mask] = now_.memory;
    if (model_.attention_) {
      keys = rows_of(all_.memory.keys, sentences);
      values = all_.memory.values.is(all_.memory.keys) ? keys : rows_of(all_.memory.values, sentences);
      if (mask.defined()) mask = rows_of(all_.memory.mask, sentences);
    } else {
      now_.last = rows_of(all_.last, sentences);
    }
  }

 private:
  const Seq2Seq& model_;
  const Encoded all_;     // of the B sentences
  Encoded now_;           // of the N hypotheses
  IndexArray sentences_;  // (N)
};

std::vector<std::vector<Index>> Seq2Seq::translate(const IndexArray& sources, const IndexArray& lengths,
                                                   const BeamOptions& options) const {
  const Pause pause;
  Decoding decoding(*this, sources, lengths);
  std::vector<std::vector<Index>> translations;
  for (Hypothesis& best : beam_search(decoding, lengths.size(), options))
    translations.push_back(std::move(best.tokens));
  return translations;
}

Tensor Seq2Seq::attention(const datasets::PairBatch& batch) const {
  if (!attention_) fail("seq2seq", "attention: this model has none");
  const Pause pause;
  const std::size_t T = batch.inputs.shape()[0];
  const nn::Mask mask = nn::mask_of_lengths(batch.target_lengths, T);
  const Tensor weights = decode(batch.inputs, encode(batch.source, batch.source_lengths), mask).weights;
  if (!mask.padded()) return weights;
  return weights * reshape(transpose(mask.real(), 0, 1), {batch.size(), T, 1});
}

}  // namespace rw::inline REWIND_ABI::models
