// A page about a training, a measurement or a comparison: one HTML file. What it shows is JSON, drawn by
// examples/page/report_*.js:
//
//   "title", "lead"   texts; "note": one that must not be missed
//   "facts"           [[name, value], ...]: the figures that count; "identity": hashes of weights and data
//   "run"             a training's curves and samples: add_run()
//   "confusion"       add_confusion();   "mistakes": the worst ones, with {"kind": "texts", "spans" or "symbols"}
//   "attention"       what translations looked at: add_attention() of attention_picture.hpp
//   "scores"          {"caption", "columns", "rows"}: a table of each class
//   "comparison"      many runs side by side
//   "config"          [[name, value], ...]
//
// write_report() adds command line, flags and environment.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "nn/train/trainer.hpp"

namespace rw::inline REWIND_ABI::examples {

struct ReportFlags;  // flags.hpp

// What the numbers of a run's folder are.
struct RunNames {
  std::string items, loss, validation;  // "texts", "cross-entropy, nats", "share of wrong texts"
  bool same_scale = false;              // is the validation's value a loss like the training's?
};

// From metrics.jsonl, samples.jsonl and config.json of the folder, at most `most` points of each curve: then a point
// of the loss is the mean over the steps that it stands for.
void add_run(nlohmann::json& report, const std::string& directory, const RunNames& names, std::size_t most = 1000);

// Facts about the result, and a note if the run was interrupted.
void add_result(nlohmann::json& report, const nn::TrainingResult& result, const std::string& directory,
                const RunNames& names);

// How often a class was taken for which: {true, found} -> count.
using Confusions = std::map<std::pair<std::size_t, std::size_t>, std::size_t>;

// Of more than `most` classes those that occur least are joined, as "other". `of` is what was measured, such as
// "validation part".
void add_confusion(nlohmann::json& report, const std::string& of, const std::vector<std::string>& classes,
                   const Confusions& counts, std::size_t most = 20);

std::string grouped(std::size_t n);  // 1,115,394
// Five significant digits, so that pages stay small; null if it is not finite.
nlohmann::json rounded(double x);

// Whole or not at all; makes the folder, and says where the page is.
void write_report(const ReportFlags& flags, nlohmann::json report);

}  // namespace rw::inline REWIND_ABI::examples
