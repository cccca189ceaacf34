#include "examples/char_rnn_files.hpp"

#include <nlohmann/json.hpp>

#include "examples/model_folder.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

void save_config(const std::string& directory, const models::CharTransformerConfig& c,
                 const datasets::Vocabulary& vocabulary) {
  const nlohmann::json json = {{"model", "char_transformer"},
                               {"width", c.width},
                               {"heads", c.heads},
                               {"layers", c.layers},
                               {"feed_forward", c.feed_forward},
                               {"context", c.context},
                               {"positions", c.positions},
                               {"dropout", c.dropout},
                               {"tied", c.tied},
                               {"bytes", vocabulary.bytes()},
                               {"vocabulary", vocabulary.symbols()}};
  write_config(directory, json);
}

datasets::Vocabulary vocabulary_of(const nlohmann::json& json) {
  return {json.at("vocabulary").get<std::vector<std::uint32_t>>(), json.at("bytes").get<bool>()};
}

CharSetup load_transformer(const std::string& directory) {
  return read_config(directory, "char_transformer", "char_rnn", [](const nlohmann::json& json) -> CharSetup {
    datasets::Vocabulary vocabulary = vocabulary_of(json);
    const auto size = [&](const char* name) { return json.at(name).get<std::size_t>(); };
    const models::CharTransformerConfig config{.vocabulary = vocabulary.size(),
                                               .width = size("width"),
                                               .heads = size("heads"),
                                               .layers = size("layers"),
                                               .feed_forward = size("feed_forward"),
                                               .context = size("context"),
                                               .positions = json.at("positions").get<std::string>(),
                                               .dropout = json.at("dropout").get<double>(),
                                               .tied = json.at("tied").get<bool>()};
    return {config, std::move(vocabulary)};
  });
}

}  // namespace

void save_config(const std::string& directory, const models::CharRNNConfig& c, const datasets::Vocabulary& vocabulary) {
  const nlohmann::json json = {{"model", "char_rnn"},
                               {"cell", c.cell},
                               {"hidden", c.hidden},
                               {"layers", c.layers},
                               {"embed", c.embed},
                               {"dropout", c.dropout},
                               {"tied", c.tied},
                               {"bytes", vocabulary.bytes()},
                               {"vocabulary", vocabulary.symbols()}};
  write_config(directory, json);
}

CharRNNConfigFile load_config(const std::string& directory) {
  return read_config(directory, "char_rnn", "char_rnn", [](const nlohmann::json& json) -> CharRNNConfigFile {
    datasets::Vocabulary vocabulary = vocabulary_of(json);
    const models::CharRNNConfig config{json.at("cell").get<std::string>(),   vocabulary.size(),
                                       json.at("hidden").get<std::size_t>(), json.at("layers").get<std::size_t>(),
                                       json.at("embed").get<std::size_t>(),  json.at("dropout").get<double>(),
                                       json.at("tied").get<bool>()};
    return {config, std::move(vocabulary)};
  });
}

models::CharRNN load_char_rnn(const std::string& directory, const models::CharRNNConfig& config, Rng& rng) {
  models::CharRNN model(config, rng);
  load_weights(model, directory);
  return model;
}

void save_setup(const std::string& directory, const CharSetup& setup) {
  std::visit([&](const auto& config) { save_config(directory, config, setup.vocabulary); }, setup.config);
}

CharSetup load_setup(const std::string& directory) {
  if (model_in(directory) == "char_transformer") return load_transformer(directory);
  auto [config, vocabulary] = load_config(directory);
  return {std::move(config), std::move(vocabulary)};
}

CharModel make_char_model(const CharSetup& setup, Rng& rng) {
  if (const auto* config = std::get_if<models::CharRNNConfig>(&setup.config)) return models::CharRNN(*config, rng);
  return models::CharTransformer(std::get<models::CharTransformerConfig>(setup.config), rng);
}

CharModel load_char_model(const std::string& directory, const CharSetup& setup, Rng& rng) {
  CharModel model = make_char_model(setup, rng);
  std::visit([&](auto& own) { load_weights(own, directory); }, model);
  return model;
}

}  // namespace rw::inline REWIND_ABI::examples
