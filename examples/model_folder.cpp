#include "examples/model_folder.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

std::string path_in(const std::string& directory) { return directory + "/config.json"; }

}  // namespace

void write_config(const std::string& directory, const nlohmann::json& config) {
  nn::make_directories(directory);
  nn::replace_file(path_in(directory), config.dump(1) + "\n");
}

std::string model_in(const std::string& directory) {
  if (!std::filesystem::is_regular_file(path_in(directory))) return "";
  const auto config = nlohmann::json::parse(nn::read_file(path_in(directory)), nullptr, false);
  const bool named = config.is_object() && config.contains("model") && config["model"].is_string();
  return named ? config["model"].get<std::string>() : "";
}

void with_config(const std::string& directory, const std::string& model, const std::string& program,
                 const std::function<void(const nlohmann::json& config)>& read) {
  const std::string path = path_in(directory), text = nn::read_file(path);
  try {
    const auto config = nlohmann::json::parse(text);
    if (config.at("model") != model)
      fail("load", path + " describes a '" + config.at("model").get<std::string>() + "', not a " + model);
    read(config);
  } catch (const nlohmann::json::exception& e) {
    fail("load", path + " is not a " + model + "'s configuration (" + e.what() +
                     "): train again, or point --model to a directory made by " + program + " train");
  }
}

void claim_directory(const std::string& directory, bool resume, const std::string& split,
                     const std::function<bool()>& same, const std::function<void()>& save) {
  const std::string kept = directory + "/split", line = split + "\n";
  if (resume && !(same() && (!std::filesystem::exists(kept) || nn::read_file(kept) == line)))
    fail("train", path_in(directory) + " is of another model or data: resume with the flags and data of that run");
  if (resume) return;
  if (std::filesystem::exists(path_in(directory)))
    fail("train", directory + " holds a run already: go on with --resume, or choose another --out");
  nn::make_directories(directory);
  nn::replace_file(kept, line);
  save();
}

}  // namespace rw::inline REWIND_ABI::examples
