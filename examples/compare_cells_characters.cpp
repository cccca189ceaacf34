#include <fmt/format.h>

#include <cmath>

#include "autograd/check.hpp"
#include "examples/compare_cells_task.hpp"
#include "models/char_task.hpp"
#include "models/input_gradients.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

constexpr std::size_t batch_size = 32, bptt = 64;

class Characters final : public ComparedModel {
 public:
  Characters(const datasets::CharCorpus& corpus, const models::CharRNNConfig& config, std::uint64_t seed)
      : corpus_(corpus),
        rngs_(seed),
        model_(config, rngs_.weights),
        task_(model_, corpus, rngs_.batches, {batch_size, bptt}) {}

  nn::Task& task() override { return task_; }

  std::vector<double> gradient_norms() const override {
    datasets::Batch batch = datasets::Streams(corpus_.train(), batch_size, bptt).next();
    for (std::size_t i = 0; i < (bptt - 1) * batch_size; ++i) batch.targets.data()[i] = datasets::ignored;
    const Array norms = models::input_gradient_norms(
        model_, "embedding.weight", batch.inputs, [&](const models::CharRNN& model, const IndexArray& inputs) {
          return model.loss({inputs, batch.targets, batch_size}, model.zero_state(batch_size)).outputs;
        });
    return models::mean_by_distance(norms, IndexArray(Shape{batch_size}, bptt));
  }

 private:
  const datasets::CharCorpus& corpus_;
  Generators rngs_;
  models::CharRNN model_;
  models::CharRNNTask task_;
};

}  // namespace

ComparedTask compare_characters(const std::string& text) {
  const auto corpus = std::make_shared<datasets::CharCorpus>(text);
  constexpr std::size_t fewest = batch_size * bptt + 1;
  if (corpus->train().size() < fewest)
    fail("compare_cells", fmt::format("--text: {} symbols to train on, expected at least {}: give a longer text",
                                      corpus->train().size(), fewest));
  const double uniform = std::log(static_cast<double>(corpus->vocabulary().size()));
  return {.name = "characters",
          .score = "nats/char",
          .beside = fmt::format("{:.4f}: all characters are equally probable", uniform),
          .counts_errors = false,
          .lr = 6e-3,
          .make = [corpus](const std::string& cell, std::size_t hidden, std::uint64_t seed) {
            const models::CharRNNConfig config{
                .cell = cell, .vocabulary = corpus->vocabulary().size(), .hidden = hidden, .embed = 32};
            return std::make_unique<Characters>(*corpus, config, seed);
          }};
}

}  // namespace rw::inline REWIND_ABI::examples
