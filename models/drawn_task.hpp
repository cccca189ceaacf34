// Training on sequences that are drawn anew at every step; validation on some that are always the same.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "autograd/rng.hpp"
#include "nn/module.hpp"
#include "nn/train/task.hpp"

namespace rw::inline REWIND_ABI::models {

// Model: has loss(batch, rng), the mean over so many new sequences, and validation_loss(batch, rng), a number.
template <class Model>
class DrawnTask final : public nn::Task {
 public:
  // Model and generator, the model's own, must outlive the task. Config: has `batch`, sequences.
  DrawnTask(Model& model, const auto& config, Rng& rng)
      : model_(model), batch_(config.batch), rng_(rng), before_(rng) {}

  nn::NamedParameters parameters() override { return nn::named_parameters(model_); }
  void set_training(bool training) override { nn::set_training(model_, training); }
  Tensor loss() override {
    before_ = rng_;
    return model_.loss(batch_, rng_);
  }
  void redo_last() override { rng_ = before_; }
  std::size_t steps_per_epoch() const override { return 100; }
  std::size_t items() const override { return batch_; }
  std::string item_name() const override { return "sequences"; }
  double validate() override {
    Rng fixed(12345);
    return model_.validation_loss(batch_, fixed);
  }
  nlohmann::json state() const override { return {{"rng", rng_.state()}}; }
  void set_state(const nlohmann::json& state) override { rng_.set_state(state.at("rng").get<std::string>()); }
  nn::NamedArrays carried() const override { return {}; }
  void set_carried(const nn::NamedArrays&) override {}

 private:
  Model& model_;
  std::size_t batch_;
  Rng& rng_;
  Rng before_;  // the last loss()
};

}  // namespace rw::inline REWIND_ABI::models
