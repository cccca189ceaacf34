#include "examples/cases.hpp"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <map>

#include "autograd/check.hpp"
#include "autograd/workers.hpp"
#include "examples/json_lines.hpp"
#include "nn/any_stacked.hpp"
#include "nn/train/checkpoint.hpp"
#include "nn/train/files.hpp"
#include "nn/train/interrupt.hpp"

namespace rw::inline REWIND_ABI::examples {

namespace fs = std::filesystem;

void CaseFlags::add_to(CLI::App& verb) {
  verb.add_option("--out", out, "Folder of the results")->required();
  add_list(verb, "--cells", cells, "Cells to compare").check(CLI::IsMember(nn::cell_names()));
  add_list(verb, "--seeds", seeds, "A training of each");
  verb.add_option("--parameters", parameters, "Of each model, at most; the hidden size is the largest that fits")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--steps", steps, "Optimiser steps of each training")->check(at_least_1())->capture_default_str();
  machine.add_to(verb);
}

nlohmann::json CaseFolder::read(const std::string& file) const {
  auto json = nlohmann::json::parse(nn::read_file(file), nullptr, false);
  if (json.is_discarded()) fail(program_.c_str(), file + " is no JSON: remove it, and train again");
  return json;
}

void CaseFolder::claim(nlohmann::json recipe) const {
  recipe["program"] = program_;
  const std::string file = path_ + "/recipe.json";
  nn::make_directories(path_);
  nn::create_file(file, recipe.dump() + "\n");
  if (const auto held = read(file); held != recipe)
    fail(program_.c_str(),
         fmt::format("{} holds runs of {}: ask for the same, or give another --out", path_, held.dump()));
}

void CaseFolder::claim(const CaseFlags& flags, nlohmann::json recipe) const {
  recipe.update({{"parameters", flags.parameters}, {"steps", flags.steps}, {"precision", flags.machine.precision}});
  claim(std::move(recipe));
}

// Those that are trained side by side have their line when they are done.
bool CaseFolder::train(const Case& one, const std::string& title, const Tell& tell, bool alone) const {
  const std::string directory = path_ + "/" + one.name;
  if (fs::exists(directory + "/result.json")) return true;
  if (alone) fmt::print("{}", title), flush();
  const auto result = one.train(directory);
  if (result) nn::replace_file(directory + "/result.json", result->dump() + "\n");
  pool::trim();  // the next case has other shapes
  const std::string said = !result                        ? "stopped"
                           : result->contains("diverged") ? "diverged: " + result->at("diverged").get<std::string>()
                                                          : tell(*result);
  fmt::print("{}{}\n", alone ? "" : title, said);
  flush();
  return result.has_value();
}

bool CaseFolder::train(const std::vector<Case>& cases, const Tell& tell, int at_once) const {
  const nn::Interrupt interrupt;
  std::atomic<std::size_t> next = 0, done = 0;
  const auto work = [&](std::size_t) {
    for (std::size_t i; !nn::Interrupt::requested() && (i = next++) < cases.size(); ++done)
      if (!train(cases[i], fmt::format("{} of {}: {}: ", i + 1, cases.size(), cases[i].title), tell, at_once == 1))
        return;
  };
  at_once == 1 ? work(0) : run_parallel(static_cast<std::size_t>(at_once), work);
  if (done < cases.size()) fmt::print("the same command goes on\n");
  return done == cases.size();
}

std::size_t CaseFolder::results() const {
  std::size_t n = 0;
  for (const auto& entry : fs::directory_iterator(path_)) n += fs::exists(entry.path() / "result.json") ? 1 : 0;
  return n;
}

void CaseFolder::results(const std::function<void(const std::vector<nlohmann::json>&)>& take) const {
  if (!fs::is_directory(path_)) fail("table", path_ + " is no folder: give the --out of " + program_ + " train");
  std::map<std::string, nlohmann::json> by_name;
  for (const auto& entry : fs::directory_iterator(path_))
    if (const std::string file = entry.path().string() + "/result.json"; fs::exists(file)) by_name[file] = read(file);
  if (by_name.empty()) fail("table", path_ + " holds no finished case yet");
  std::vector<nlohmann::json> results;
  for (auto& [name, result] : by_name) results.push_back(std::move(result));
  try {
    take(results);
  } catch (const nlohmann::json::exception& e) {
    fail("table", fmt::format("{} holds other results than those of {} train, whose --out is wanted ({})", path_,
                              program_, e.what()));
  }
}

nlohmann::json training_curve(const std::string& metrics_file) {
  nlohmann::json curve = {{"step", nlohmann::json::array()}, {"loss", nlohmann::json::array()}};
  const std::vector<nlohmann::json> lines = read_json_lines(metrics_file);
  if (lines.empty()) fail("metrics", metrics_file + " is not there, or damaged: remove its folder, and train again");
  for (const nlohmann::json& metrics : lines) {
    curve["step"].push_back(metrics.at("step"));
    curve["loss"].push_back(metrics.at("loss"));
  }
  return curve;
}

nn::TrainingResult train_case(nn::Task& task, double lr, nn::TrainerOptions options, nlohmann::json& result) {
  const auto optimizer = nn::make_optimizer("adam", task.parameters(), {.lr = lr});
  options.quiet = true, options.schedule.name = "cosine";
  options.resume = !nn::list_checkpoints(options.directory).empty();
  nn::Trainer trainer(task, *optimizer, std::move(options));
  try {
    return trainer.run();
  } catch (const nn::Diverged& error) {
    result["diverged"] = error.what();
    return {};
  }
}

}  // namespace rw::inline REWIND_ABI::examples
