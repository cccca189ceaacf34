// Training a CharRNN on a CharCorpus: truncated back-propagation through time over parallel streams, the state
// carried from chunk to chunk.
#pragma once

#include "datasets/char_corpus.hpp"
#include "datasets/streams.hpp"
#include "models/char_rnn.hpp"
#include "nn/train/task.hpp"

namespace rw::inline REWIND_ABI::models {

struct CharRNNTaskOptions {
  std::size_t batch = 32;         // B: streams
  std::size_t bptt = 64;          // T: steps looked back
  std::size_t sample_length = 0;  // symbols that sample() makes
};

// Mean nats a symbol over `sequence`, as one stream (or `batch` of them), state carried.
double evaluate(const CharRNN& model, const IndexArray& sequence, std::size_t batch = 1, std::size_t bptt = 256);

class CharRNNTask final : public nn::Task {
 public:
  // All of them must outlive the task; `rng` is the model's.
  CharRNNTask(CharRNN& model, const datasets::CharCorpus& corpus, Rng& rng, const CharRNNTaskOptions& options);

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
  CharRNN& model_;
  const datasets::CharCorpus& corpus_;
  Rng& rng_;
  CharRNNTaskOptions options_;
  datasets::Streams streams_;
  CharRNN::State state_;
  std::size_t items_ = 0;
  struct {
    datasets::Streams::Cursor cursor;
    Rng rng;
    CharRNN::State state;
  } before_;  // the last loss()
};

}  // namespace rw::inline REWIND_ABI::models
