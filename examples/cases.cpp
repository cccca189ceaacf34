#include "examples/cases.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "autograd/check.hpp"
#include "nn/train/checkpoint.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {

namespace fs = std::filesystem;

nlohmann::json CaseFolder::read(const std::string& file) const {
  auto json = nlohmann::json::parse(nn::read_file(file), nullptr, false);
  if (json.is_discarded()) fail(program_.c_str(), file + " is no JSON: remove it, and train again");
  return json;
}

void CaseFolder::claim(const nlohmann::json& recipe) const {
  const std::string file = path_ + "/recipe.json";
  nn::make_directories(path_);
  nn::create_file(file, recipe.dump() + "\n");
  if (const auto held = read(file); held != recipe)
    fail(program_.c_str(),
         fmt::format("{} holds runs of {}: ask for the same, or give another --out", path_, held.dump()));
}

bool CaseFolder::train(const std::vector<Case>& cases) const {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string directory = path_ + "/" + cases[i].name;
    if (fs::exists(directory + "/result.json")) continue;
    fmt::print("{} of {}: {}: ", i + 1, cases.size(), cases[i].title);
    std::fflush(stdout);
    const auto result = cases[i].train(directory);
    if (!result) {
      fmt::print("stopped; the same command goes on\n");
      return false;
    }
    nn::replace_file(directory + "/result.json", result->dump() + "\n");
    pool::trim();  // the next case has other shapes
  }
  return true;
}

std::vector<nlohmann::json> CaseFolder::results() const {
  if (!fs::is_directory(path_)) fail("table", path_ + " is no folder: give the --out of " + program_ + " train");
  std::map<std::string, nlohmann::json> by_name;
  for (const auto& entry : fs::directory_iterator(path_))
    if (const std::string file = entry.path().string() + "/result.json"; fs::exists(file)) by_name[file] = read(file);
  if (by_name.empty()) fail("table", path_ + " holds no finished case yet");
  std::vector<nlohmann::json> results;
  for (auto& [name, result] : by_name) results.push_back(std::move(result));
  return results;
}

nn::TrainingResult train_case(nn::Task& task, double lr, nn::TrainerOptions options, nlohmann::json& result) {
  const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = lr});
  options.clip = 1, options.quiet = true, options.schedule.name = "cosine";
  options.resume = !nn::list_checkpoints(options.directory).empty();
  nn::Trainer trainer(task, *optimizer, std::move(options));
  try {
    return trainer.run();
  } catch (const nn::Diverged& error) {
    fmt::print("diverged: {}\n", error.what());
    result["diverged"] = error.what();
    return {};
  }
}

}  // namespace rw::inline REWIND_ABI::examples
