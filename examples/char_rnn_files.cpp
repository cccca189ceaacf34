#include "examples/char_rnn_files.hpp"

#include <nlohmann/json.hpp>

#include "nn/train/files.hpp"
#include "nn/train/serialize.hpp"

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
  nn::make_directories(directory);
  nn::replace_file(directory + "/config.json", json.dump(1) + "\n");
}

CharRNNConfigFile load_config(const std::string& directory) {
  const std::string path = directory + "/config.json";
  const std::string text = nn::read_file(path);
  try {
    const auto json = nlohmann::json::parse(text);
    if (json.at("model") != "char_rnn")
      fail("load", path + " describes a '" + json.at("model").get<std::string>() + "', not a char_rnn");
    datasets::Vocabulary vocabulary(json.at("vocabulary").get<std::vector<std::uint32_t>>(),
                                    json.at("bytes").get<bool>());
    const models::CharRNNConfig config{json.at("cell").get<std::string>(),   vocabulary.size(),
                                       json.at("hidden").get<std::size_t>(), json.at("layers").get<std::size_t>(),
                                       json.at("embed").get<std::size_t>(),  json.at("dropout").get<double>(),
                                       json.at("tied").get<bool>()};
    return {config, vocabulary};
  } catch (const nlohmann::json::exception& e) {
    fail("load", path + " is not a char_rnn's configuration (" + e.what() +
                     "): train again, or point --model to a directory made by char_rnn train");
  }
}

models::CharRNN load_char_rnn(const std::string& directory, const models::CharRNNConfig& config, Rng& rng) {
  models::CharRNN model(config, rng);
  nn::load_into(nn::named_parameters(model), nn::load_safetensors(directory + "/model.safetensors").arrays);
  nn::eval(model);
  return model;
}

}  // namespace rw::inline REWIND_ABI::examples
