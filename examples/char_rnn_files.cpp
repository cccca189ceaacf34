#include "examples/char_rnn_files.hpp"

#include <nlohmann/json.hpp>

#include "examples/model_folder.hpp"

namespace rw::inline REWIND_ABI::examples {

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
    datasets::Vocabulary vocabulary(json.at("vocabulary").get<std::vector<std::uint32_t>>(),
                                    json.at("bytes").get<bool>());
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

}  // namespace rw::inline REWIND_ABI::examples
