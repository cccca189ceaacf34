// The flags that programs have in common.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "examples/cli.hpp"
#include "nn/train/optim.hpp"
#include "nn/train/trainer.hpp"

namespace rw::inline REWIND_ABI::examples {

// How the machine is used.
struct MachineFlags {
  int threads = 0;  // 0: all cores
  std::string precision = "f32";

  void add_to(CLI::App& verb);
  void apply() const;  // to threads and products; says so if bf16 is imitated
};

// --report: a page (report.hpp). What the verb was asked stands on it.
struct ReportFlags {
  std::string path;  // "": none

  void add_to(CLI::App& verb);  // the verb's other flags may be added before or after
  bool wanted() const { return !path.empty(); }
  void check() const;  // throws if the page could not be written

  std::string command() const;   // command_of() it
  nlohmann::json flags() const;  // of all: {"name", "value", "given"}

 private:
  const CLI::App* verb_ = nullptr;
};

struct CommonFlags : MachineFlags {
  std::string json;  // file that gets the final metrics
  ReportFlags report;

  void add_to(CLI::App& verb);
  void apply() const;  // throws as well if a file that is asked for could not be written
  void write(const nlohmann::json& metrics) const;
};

// The recurrent part of a model.
struct ModelFlags {
  std::string cell = "lstm";
  std::size_t hidden = 256, layers = 1, embed = 64;
  double dropout = 0.1;
  bool one_hot = false;  // may embed be 0?
  std::string dropped = "Of the inputs of recurrent layers and of the output layer";
  std::vector<std::string> more_cells = {};  // that --cell may name

  void add_to(CLI::App& verb);
};

struct TrainingFlags {
  std::string out;
  std::uint64_t seed = 1;
  std::size_t batch = 32;  // sequences
  std::size_t tokens = 0;  // instead: --tokens, if it has a default
  std::string optimizer = "adam", schedule = "cosine";
  nn::OptimizerOptions optimizer_options{.lr = 6e-3};
  nn::TrainerOptions trainer{.clip = 1, .log_every = 20};
  double default_minutes = 3;

  void add_to(CLI::App& verb);
  nn::TrainerOptions trainer_options() const;
};

nlohmann::json metrics(const nn::TrainingResult& result, std::uint64_t seed);

}  // namespace rw::inline REWIND_ABI::examples
