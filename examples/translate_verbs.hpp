// The verbs of `translate`. Each returns false if it was interrupted.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/parallel_text.hpp"
#include "examples/flags.hpp"
#include "examples/translate_files.hpp"
#include "models/translation_task.hpp"

namespace rw::inline REWIND_ABI::examples::translation {

// The sentence pairs of `part`, "train", "validation" or "test": the same for everybody.
datasets::ParallelText embedded_pairs(const std::string& part);
// Of two files that match line by line, or of a table with a tab; of none: the embedded ones.
datasets::ParallelText read_pairs(const std::vector<std::string>& files, const std::string& part);
CLI::Option& add_files(CLI::App& verb, const std::string& name, std::vector<std::string>& files,
                       const std::string& help);

// What is trained: the architecture, and what belongs to one of them or to both.
struct ArchitectureFlags {
  std::string architecture = "seq2seq", cell = "gru", attention = "general", positions = "sinusoidal", norm = "pre";
  std::size_t hidden = 512, embed = 256, width = 256, heads = 4, feed_forward = 512, longest = 100;
  std::optional<std::size_t> layers;  // what is not said depends on the architecture
  std::optional<double> dropout;
  double label_smoothing = 0.1;
  bool one_way = false, untied = false;
  models::TeacherForcing forcing;

  void add_to(CLI::App& verb);
  // Throws CLI::ValidationError for a flag of the other architecture.
  NetworkConfig config(const datasets::TextCodec& source, const datasets::TextCodec& target) const;

 private:
  void add_recurrent(CLI::App& verb);
  void add_transformer(CLI::App& verb);
  models::Seq2SeqConfig recurrent(const datasets::TextCodec& source, const datasets::TextCodec& target) const;
  models::TransformerConfig transformer(const datasets::TextCodec& source, const datasets::TextCodec& target) const;

  std::vector<std::pair<const CLI::Option*, std::string>> of_one_;  // flags that belong to one architecture
};

struct VocabularyFlags {
  std::string kind = "bpe";
  std::size_t size = 5000, minimum_count = 2;
  bool joint = false, separate = false, lower_case = false;

  void add_to(CLI::App& verb);
  // The source's and the target's. Of a transformer they are joint, if nothing is said.
  std::pair<datasets::TextCodec, datasets::TextCodec> learn(const datasets::ParallelText& pairs,
                                                            bool transformer) const;
};

struct BeamFlags {
  models::BeamOptions options;

  void add_to(CLI::App& verb);
  models::BeamOptions of(const NetworkConfig& config) const;  // within what the model can write
};

struct Train {
  CommonFlags common;
  TrainingFlags training;
  ArchitectureFlags architecture;
  VocabularyFlags vocabulary;
  std::vector<std::string> data, validation;
  double validation_share = 0.05;

  Train();
  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Eval {
  CommonFlags common;
  BeamFlags beam;
  std::string model, part = "test";
  std::vector<std::string> data;
  std::size_t batch = 32;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Translate {
  MachineFlags machine;
  BeamFlags beam;
  std::string model, attention;
  std::vector<std::string> files;
  bool json = false, timing = false;
  std::size_t batch = 1;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

// All of them on the embedded pairs, in a folder that is then removed.
struct Demo {
  bool operator()() const;
};

}  // namespace rw::inline REWIND_ABI::examples::translation
