// Many short trainings for one table: each has a folder of its own, which holds result.json once it is done. A program
// that was stopped goes on where it was; shells that train different cases may share the work.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "examples/flags.hpp"
#include "nn/train/trainer.hpp"

namespace rw::inline REWIND_ABI::examples {

// What is trained of each problem, and where its results go.
struct CaseFlags {
  std::string out;
  std::vector<std::string> cells;
  std::size_t parameters, steps;
  std::vector<std::uint64_t> seeds = {1, 2, 3};
  MachineFlags machine = {};

  void add_to(CLI::App& verb);
};

struct Case {
  std::string name;                                                                  // of its folder
  std::string title;                                                                 // for people
  std::function<std::optional<nlohmann::json>(const std::string& directory)> train;  // its result; none: interrupted
};

using Tell = std::function<std::string(const nlohmann::json& result)>;

class CaseFolder {
 public:
  CaseFolder(std::string program, std::string path) : program_(std::move(program)), path_(std::move(path)) {}

  // Makes the folder. The runs in it stand in one table, so they are of one recipe, that of the flags and of what else
  // the program adds: throws if it holds another's.
  void claim(nlohmann::json recipe) const;
  void claim(const CaseFlags& flags, nlohmann::json recipe) const;
  // Trains those that it does not hold, so many `at_once`, each on one thread if those are more than one. `tell` says
  // how a result is, in a line. False: interrupted.
  bool train(const std::vector<Case>& cases, const Tell& tell, int at_once = 1) const;
  std::size_t results() const;  // how many there are
  // Hands over the results of all cases, by name. Throws if there is none, or if `take` cannot read them.
  void results(const std::function<void(const std::vector<nlohmann::json>&)>& take) const;

 private:
  nlohmann::json read(const std::string& file) const;
  bool train(const Case& one, const std::string& title, const Tell& tell, bool alone) const;

  std::string program_, path_;
};

// The mean training loss from line to line of a metrics.jsonl: {"step": [...], "loss": [...]}.
nlohmann::json training_curve(const std::string& metrics_file);

// Trains by Adam with cosine decay, and goes on from the newest checkpoint. If it diverges, result["diverged"] says
// how.
nn::TrainingResult train_case(nn::Task& task, double lr, nn::TrainerOptions options, nlohmann::json& result);

}  // namespace rw::inline REWIND_ABI::examples
