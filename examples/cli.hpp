// What the command lines of all examples share: verbs, flags, exit codes.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "nn/train/optim.hpp"
#include "nn/train/trainer.hpp"

namespace rw::inline REWIND_ABI::examples {

// Runs the verb that was asked for. Exit codes: 0; 2 for a wrong command line; 1 for any other error, output that
// cannot be written as well, which is one sentence on stderr; 130 if a verb returned false: it was interrupted. A
// command line without any word means the verb `otherwise`; without that, too, it is wrong.
int run(CLI::App& app, int argc, char** argv, const std::string& otherwise = "");

// A verb with its work, which returns false if it was interrupted.
CLI::App& add_verb(CLI::App& app, const std::string& name, const std::string& help, std::function<bool()> work);
// The same for a program that has no verbs. Before its flags are added.
void set_work(CLI::App& app, std::function<bool()> work);

// What was asked of a verb, or of a program without verbs, quoted for a shell.
std::string command_of(const CLI::App& app);

// Writes what was printed. Throws if that cannot be done.
void flush();

// nn::replace_file, making the folders that are not there.
void write_with_folders(const std::string& path, const std::string& text);

// Checks of a flag's value; unlike CLI11's own they refuse NaN.
CLI::Validator number_in(double low, double high, bool open_low = false);
inline CLI::Validator at_least_1() { return number_in(1, 1e9); }

// A flag with several values: --cells rnn,gru, or one after another.
template <class T>
CLI::Option& add_list(CLI::App& verb, const std::string& name, std::vector<T>& values, const std::string& help) {
  return *verb.add_option(name, values, help)
              ->delimiter(',')
              ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
              ->capture_default_str();
}

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
