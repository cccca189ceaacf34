// The verbs of `ner`. Each returns false if it was interrupted.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "datasets/synthetic_names.hpp"
#include "examples/flags.hpp"
#include "examples/ner_files.hpp"
#include "examples/tagged_data.hpp"
#include "models/ner_task.hpp"

namespace rw::inline REWIND_ABI::examples::ner {

// Sentences that this program makes: "train", "validation" or "test". The same for everybody, whatever the seed.
datasets::SyntheticNames embedded_names(const std::string& part);

struct Train {
  CommonFlags common;
  TaggedDataFlags data;
  ModelFlags model{.cell = "gru", .hidden = 100, .layers = 1, .embed = 100, .dropout = 0.5};
  TrainingFlags training;
  std::string validation, vectors, characters = "gru";
  std::size_t char_embed = 25, char_hidden = 50, shape_embed = 8, minimum_count = 1;
  double word_dropout = 0.3, validation_share = 0.1;
  bool no_crf = false, no_shapes = false, keep_case = false, keep_digits = false;

  Train();
  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Eval {
  CommonFlags common;
  TaggedDataFlags data;
  std::string model, part = "test", baseline;
  std::size_t batch = 32;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

struct Tag {
  MachineFlags machine;
  std::string model, format = "auto";
  std::vector<std::string> files;
  int token_column = 1;
  bool json = false, timing = false;
  std::size_t batch = 1;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

// conlleval's report of columns that end in the gold tag and the one that was found, of whatever tagger.
struct Score {
  std::vector<std::string> files;

  void add_to(CLI::App& verb);
  bool operator()() const;
};

// All on the embedded sentences, in a folder that is then removed.
struct Demo {
  bool operator()() const;
};

// Says on stderr which tags of the corpus the model cannot find, if any.
void name_unknown_tags(const datasets::TagSet& tags, const datasets::TaggedCorpus& corpus);
// conlleval's report, or the accuracy if tags are no spans.
std::string report_of(const models::TaggingScore& score);
nlohmann::json to_json(const models::TaggingScore& score);
nlohmann::json facts_of(const models::TaggingScore& score);  // a report's
// The most frequent tag of each word, learned from `training`.
models::TaggingScore score_baseline(const datasets::TagSet& tags, const datasets::TaggedCorpus& training,
                                    const datasets::TaggedCorpus& corpus);

}  // namespace rw::inline REWIND_ABI::examples::ner
