#include "models/recall_task.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "models/hidden_for_budget.hpp"
#include "nn/train/classification.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

const std::string suffix = "_attention";

bool attends(const RecallConfig& c) { return c.model.ends_with(suffix); }
std::string cell_of(const RecallConfig& c) {
  return attends(c) ? c.model.substr(0, c.model.size() - suffix.size()) : c.model;
}

const RecallConfig& checked(const RecallConfig& c) {
  if (c.problem != "copy" && c.problem != "reversal")
    fail("recall", fmt::format("problem '{}': expected copy or reversal", c.problem));
  const std::vector<std::string> names = recall_models();
  if (std::find(names.begin(), names.end(), c.model) == names.end())
    fail("recall", fmt::format("model '{}': expected one of {}", c.model, fmt::join(names, ", ")));
  return c;
}

// What a body gives, with or without weights to look at.
const Tensor& output_of(const Tensor& y) { return y; }
const Tensor& output_of(const nn::Attended& y) { return y.output; }

}  // namespace

std::vector<std::string> recall_models() {
  std::vector<std::string> names = nn::cell_names();
  for (const std::string& cell : nn::cell_names()) names.push_back(cell + suffix);
  names.push_back("transformer");
  return names;
}

Tensor AttentiveRecurrent::operator()(const Tensor& x) const {
  const Tensor h = rnn(x);
  nn::Memory memory = attention.remember(h);
  memory.mask = nn::causal_mask(x.size(0));
  return concat({h, nn::attend(attention, h, memory).output}, -1);
}

RecallModel::Body RecallModel::make_body(const RecallConfig& c, Rng& rng) {
  if (c.model == "transformer") {
    const nn::TransformerOptions options{.width = c.width,
                                         .heads = recall_heads,
                                         .feed_forward = 2 * c.width,
                                         .layers = 2,
                                         .dropout = 0,
                                         .norm_first = true};
    return nn::TransformerEncoder(options, rng, true);
  }
  nn::AnyStacked rnn(cell_of(c), c.width, c.width, 1, 0, rng);
  if (!attends(c)) return rnn;
  return AttentiveRecurrent{std::move(rnn), nn::GeneralAttention(c.width, c.width, c.width, rng)};
}

RecallModel::RecallModel(const RecallConfig& config, Rng& rng)
    : config_(checked(config)),
      embedding_(datasets::recall_kinds, config.width, rng),
      positions_("sinusoidal", 2 * config.T + 1, config.width, rng),
      body_(make_body(config, rng)),
      decoder_(attends(config) ? 2 * config.width : config.width, datasets::recall_symbols, rng) {}

datasets::Batch RecallModel::draw(std::size_t B, Rng& rng) const {
  return config_.problem == "copy" ? datasets::copy_sequence(config_.T, B, rng)
                                   : datasets::reverse_sequence(config_.T, B, rng);
}

Tensor RecallModel::logits(const IndexArray& inputs) const {
  const Tensor x = positions_(embedding_(inputs));
  return decoder_(std::visit([&](const auto& body) { return output_of(body(x)); }, body_));
}

RecallModel::Score RecallModel::measure(std::size_t batches, Rng& rng) const {
  const Pause pause;
  Score score;
  nn::ConfusionMatrix counts(datasets::recall_symbols);
  for (std::size_t i = 0; i < batches; ++i) {
    const datasets::Batch batch = draw(config_.batch, rng);
    const Tensor y = logits(batch.inputs);
    score.loss += static_cast<double>(cross_entropy(y, batch.targets).item()) / static_cast<double>(batches);
    counts.add(nn::predicted_classes(y), batch.targets);
  }
  score.accuracy = counts.accuracy();
  return score;
}

Tensor RecallModel::loss(std::size_t batch, Rng& rng) const {
  const datasets::Batch drawn = draw(batch, rng);
  return cross_entropy(logits(drawn.inputs), drawn.targets);
}

double RecallModel::validation_loss(std::size_t batch, Rng& rng) const {
  return measure((256 + batch - 1) / batch, rng).loss;
}

std::size_t width_for_budget(RecallConfig config, std::size_t parameters) {
  return recall_heads * hidden_for_budget(parameters, [&](std::size_t n) {
           Rng rng(0);
           config.width = recall_heads * n;
           RecallModel model(config, rng);
           return nn::count_parameters(model);
         });
}

}  // namespace rw::inline REWIND_ABI::models
