// What the folders of all models have in common: config.json, which says what the model is, beside model.safetensors,
// its weights.
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>

#include "nn/module.hpp"
#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::examples {

// Makes the folder; `config` names its "model".
void write_config(const std::string& directory, const nlohmann::json& config);

// The "model" that config.json names; "" if it names none or is not there.
std::string model_in(const std::string& directory);

// Calls read(config). Throws if there is no such file, if it is of another model, or if it lacks what `read` looks for:
// then it advises to use a folder that `program` made.
void with_config(const std::string& directory, const std::string& model, const std::string& program,
                 const std::function<void(const nlohmann::json& config)>& read);
template <class Read>
auto read_config(const std::string& directory, const std::string& model, const std::string& program, const Read& read) {
  std::optional<std::invoke_result_t<const Read&, const nlohmann::json&>> setup;
  with_config(directory, model, program, [&](const nlohmann::json& config) { setup.emplace(read(config)); });
  return std::move(*setup);
}

// The weights of model.safetensors, into a model that is then in eval mode.
template <class Model>
void load_weights(Model& model, const std::string& directory) {
  nn::load_into(nn::named_parameters(model), nn::load_safetensors(directory + "/model.safetensors").arrays);
  nn::eval(model);
}

// The same of a run that may have no model yet: then false, and nothing is changed.
template <class Model>
bool load_best(Model& model, const std::string& directory) {
  if (!std::filesystem::exists(directory + "/model.safetensors")) return false;
  load_weights(model, directory);
  return true;
}

// Before a training: a new run's folder must not hold one yet, and gets its setup by save(), and `split`, the hash of
// its data; a resumed one must have the same split, and the same setup, which same() says. Runs from before there was a
// split go on with any.
void claim_directory(const std::string& directory, bool resume, const std::string& split,
                     const std::function<bool()>& same, const std::function<void()>& save);

}  // namespace rw::inline REWIND_ABI::examples
