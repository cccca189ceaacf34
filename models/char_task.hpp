// Training a character-level language model on a CharCorpus: truncated back-propagation through time over parallel
// streams, what the model carries carried from chunk to chunk. A Transformer carries nothing and reads each chunk by
// itself.
#pragma once

#include "datasets/char_corpus.hpp"
#include "datasets/streams.hpp"
#include "datasets/windows.hpp"
#include "models/char_rnn.hpp"
#include "models/char_transformer.hpp"
#include "nn/train/task.hpp"

namespace rw::inline REWIND_ABI::models {

struct CharTaskOptions {
  std::size_t batch = 32;         // B: streams
  std::size_t bptt = 64;          // T: steps looked back; a Transformer's context
  std::size_t sample_length = 0;  // symbols that sample() makes
};

// A sequence as each model is evaluated on it, every symbol but the first being predicted once: in streams, with what
// they carry; in windows, so that a Transformer has half of its context before each symbol.
datasets::Streams chunks_of(const CharRNN& model, const IndexArray& sequence, std::size_t batch, std::size_t bptt = 64);
datasets::Windows chunks_of(const CharTransformer& model, const IndexArray& sequence, std::size_t batch);

// Mean nats a symbol over `sequence`, as one stream (or `batch` of them), state carried.
double evaluate(const CharRNN& model, const IndexArray& sequence, std::size_t batch = 1, std::size_t bptt = 256);
// The same in windows, of which `batch` are computed together, to the same result.
double evaluate(const CharTransformer& model, const IndexArray& sequence, std::size_t batch = 32);

template <class Model>
class CharTask final : public nn::Task {
 public:
  // All of them must outlive the task; `rng` is the model's.
  CharTask(Model& model, const datasets::CharCorpus& corpus, Rng& rng, const CharTaskOptions& options);

  nn::NamedParameters parameters() override { return nn::named_parameters(model_); }
  void set_training(bool training) override { nn::set_training(model_, training); }
  Tensor loss() override;
  void redo_last() override;
  std::size_t steps_per_epoch() const override { return streams_.steps_per_epoch(); }
  std::size_t items() const override { return items_; }
  std::string item_name() const override { return "characters"; }
  double validate() override { return evaluate(model_, corpus_.validation(), 32); }
  std::string sample() override;
  nlohmann::json state() const override;
  void set_state(const nlohmann::json& state) override;
  nn::NamedArrays carried() const override;
  void set_carried(const nn::NamedArrays& carried) override;

 private:
  using State = typename Model::State;

  Model& model_;
  const datasets::CharCorpus& corpus_;
  Rng& rng_;
  CharTaskOptions options_;
  datasets::Streams streams_;
  State state_;
  std::size_t items_ = 0;
  struct {
    datasets::Streams::Cursor cursor;
    Rng rng;
    State state;
  } before_;  // the last loss()
};

using CharRNNTask = CharTask<CharRNN>;
using CharTransformerTask = CharTask<CharTransformer>;

}  // namespace rw::inline REWIND_ABI::models
