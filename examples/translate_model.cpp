#include "examples/translate_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "autograd/tape.hpp"
#include "models/translation_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using models::Seq2SeqConfig;
using models::TransformerConfig;

std::string text_of(const Seq2SeqConfig& c) {
  return fmt::format("{} x {} x {}{}, {}", c.layers, c.cell, c.hidden, c.bidirectional ? " both ways" : "",
                     c.attention == "none" ? "no attention" : c.attention + " attention");
}

std::string text_of(const TransformerConfig& c) {
  return fmt::format("transformer of {0} + {0} layers, {1} wide, {2} heads, {3}-norm, {4} positions", c.layers.layers,
                     c.layers.width, c.layers.heads, c.layers.norm_first ? "pre" : "post",
                     c.positions == "none" ? "no" : c.positions);
}

}  // namespace

Network make_network(const NetworkConfig& config, Rng& rng) {
  if (const auto* recurrent = std::get_if<Seq2SeqConfig>(&config)) return models::Seq2Seq(*recurrent, rng);
  return models::Transformer(std::get<TransformerConfig>(config), rng);
}

std::string architecture_of(const NetworkConfig& config) { return config.index() == 0 ? "seq2seq" : "transformer"; }

std::string describe(const NetworkConfig& config) {
  return std::visit([](const auto& c) { return text_of(c); }, config);
}

bool attends(const NetworkConfig& config) {
  const auto* recurrent = std::get_if<Seq2SeqConfig>(&config);
  return recurrent == nullptr || recurrent->attention != "none";
}

// A target has an end or a begin as well.
std::size_t longest_of(const NetworkConfig& config) {
  const auto* transformer = std::get_if<TransformerConfig>(&config);
  return transformer == nullptr ? std::numeric_limits<int>::max() : transformer->longest - 1;
}

datasets::Sequences translate(const Network& network, const datasets::Sequences& sources,
                              const models::BeamOptions& options, std::size_t batch) {
  std::vector<std::size_t> places;  // of those that say something
  datasets::Sequences spoken, translations(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i)
    if (!sources[i].empty()) places.push_back(i), spoken.push_back(sources[i]);
  if (spoken.empty()) return translations;
  auto found = std::visit([&](const auto& model) { return translations_of(model, spoken, options, batch); }, network);
  for (std::size_t i = 0; i < places.size(); ++i) translations[places[i]] = std::move(found[i]);
  return translations;
}

double mean_loss(const Network& network, const datasets::IndexedPairs& pairs) {
  return std::visit([&](const auto& model) { return models::mean_loss(model, pairs); }, network);
}

Array attention_of(const Network& network, const std::vector<Index>& source, const std::vector<Index>& target) {
  const Pause pause;
  const datasets::PairBatch batch = datasets::batch_of({{source}, {target}}, {0});
  const Tensor weights =
      std::visit([&](const auto& model) { return model.attention(batch); }, network);  // (1, T + 1, S)
  Array rows(Shape{target.size(), source.size()});  // without the step that writes the end
  std::copy_n(weights.value().data(), rows.size(), rows.data());
  return rows;
}

}  // namespace rw::inline REWIND_ABI::examples
