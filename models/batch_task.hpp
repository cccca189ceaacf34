// BatchTask: training on sequences, in batches that are made ahead on a thread. What a model adds is how it is
// validated. Batches says which sequences go together, epoch after epoch: LengthBatches, TokenBatches.
#pragma once

#include <nlohmann/json.hpp>

#include "datasets/batching.hpp"
#include "datasets/prefetch.hpp"
#include "models/parallel_batch.hpp"
#include "nn/module.hpp"
#include "nn/train/task.hpp"

namespace rw::inline REWIND_ABI::models {

template <class Model, class Batch, class Batches = datasets::LengthBatches>
class BatchTask : public nn::Task {
  using Cursor = datasets::EpochBatches::Cursor;

 public:
  using Make = std::function<Batch(const datasets::Picks&)>;

  // `make` runs on the other thread. Model and generator, the model's own, must outlive the task.
  BatchTask(Model& model, Rng& rng, Batches batches, Make make)
      : model_(model), rng_(rng), batches_(std::move(batches), std::move(make)), before_{batches_.cursor(), rng} {}

  nn::NamedParameters parameters() override { return nn::named_parameters(model_); }
  void set_training(bool training) override { nn::set_training(model_, training); }

  Tensor loss() override {
    before_ = {batches_.cursor(), rng_};
    const Batch batch = batches_.next();
    items_ = static_cast<std::size_t>(weight_of(batch));  // sequences, or targets that count
    return parallel_batch_loss(model_, batch, rng_);
  }
  void redo_last() override {
    batches_.set_cursor(before_.cursor);
    rng_ = before_.rng;
  }

  std::size_t steps_per_epoch() const override { return batches_.steps_per_epoch(); }
  std::size_t items() const override { return items_; }

  nlohmann::json state() const override {
    const Cursor& c = batches_.cursor();
    return {{"epoch", c.epoch}, {"step", c.step}, {"seed", c.seed}, {"rng", rng_.state()}};
  }
  void set_state(const nlohmann::json& state) override {
    const auto number = [&](const char* name) { return state.at(name).get<std::uint64_t>(); };
    batches_.set_cursor({number("epoch"), number("step"), number("seed")});
    rng_.set_state(state.at("rng").get<std::string>());
  }
  nn::NamedArrays carried() const override { return {}; }
  void set_carried(const nn::NamedArrays&) override {}

 protected:
  // Batches that loss() has drawn, of all epochs: what a schedule follows; exact after a resume.
  std::uint64_t steps_drawn() const {
    const Cursor& c = batches_.cursor();
    return c.epoch * steps_per_epoch() + c.step;
  }

  Model& model_;
  Rng& rng_;

 private:
  datasets::Prefetch<Batch, Batches> batches_;
  std::size_t items_ = 0;
  struct {
    Cursor cursor;
    Rng rng;
  } before_;  // the last loss()
};

}  // namespace rw::inline REWIND_ABI::models
