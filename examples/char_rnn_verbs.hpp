// The verbs of `char_rnn`. Each returns false if it was interrupted.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "examples/char_rnn_files.hpp"
#include "examples/flags.hpp"

namespace rw::inline REWIND_ABI::examples::char_rnn {

std::string text_of(const std::vector<std::string>& files, bool bytes);  // without files: the embedded text

// A number of nats a character in the metrics, in a sentence, and on a page.
nlohmann::json scores(double nats);
std::string score_line(double nats);
nlohmann::json facts(double nats);

struct TransformerFlags {
  std::size_t heads = 4, feed_forward = 0;
  std::string positions = "rotary";

  void add_to(CLI::App& verb);
};

struct Train {
  CommonFlags common;
  ModelFlags model{.one_hot = true, .dropped = "Between layers and before the output", .more_cells = {"transformer"}};
  TransformerFlags transformer;
  TrainingFlags training;
  std::vector<std::string> data;
  bool tied = false, bytes = false;
  std::size_t bptt = 64, sample_length = 200;

  void add_to(CLI::App& verb);
  bool operator()();

 private:
  void check_flags();  // sets a Transformer's defaults, and throws for flags that do not go together
  CharSetup setup(const datasets::Vocabulary& vocabulary) const;
  template <class Model>
  bool run(Model& network, const CharSetup& setup, const datasets::CharCorpus& corpus, Rng& rng) const;
  template <class Model>
  void write_page(Model& network, const datasets::CharCorpus& corpus, const nn::TrainingResult& result) const;

  CLI::App* verb_ = nullptr;
};

struct Eval {
  CommonFlags common;
  std::string model;
  std::vector<std::string> data;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Sample {
  MachineFlags machine;
  std::uint64_t seed = 1;
  std::string model, prompt = "\n";
  std::size_t length = 500;
  models::SamplingOptions options{.temperature = 0.8};

  void add_to(CLI::App& verb);
  bool operator()() const;
};

}  // namespace rw::inline REWIND_ABI::examples::char_rnn
