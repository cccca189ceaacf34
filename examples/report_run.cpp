#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "examples/json_lines.hpp"
#include "examples/report.hpp"
#include "nn/train/files.hpp"
#include "nn/train/progress.hpp"
#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

double number(const json& line, const char* name) {
  const auto found = line.find(name);
  return found == line.end() || !found->is_number() ? std::nan("") : found->get<double>();
}

// A curve is {"step": [...], "seconds": [...], NAME: [...]}, a point for so many lines; the loss is their mean.
json training_curves(const std::vector<json>& lines, std::size_t most) {
  json curves = json::object();
  for (const char* name : {"step", "seconds", "loss", "lr", "grad_norm", "items_per_second"})
    curves[name] = json::array();
  const std::size_t each = (lines.size() + most - 1) / std::max<std::size_t>(most, 1);
  double loss = 0, steps = 0, before = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double step = number(lines[i], "step");
    loss += number(lines[i], "loss") * (step - before), steps += step - before, before = step;
    if ((i + 1) % each != 0 && i + 1 < lines.size()) continue;
    curves["step"].push_back(lines[i].at("step")), curves["loss"].push_back(rounded(loss / steps));
    for (const char* name : {"seconds", "lr", "grad_norm", "items_per_second"})
      curves[name].push_back(rounded(number(lines[i], name)));
    loss = steps = 0;
  }
  return curves;
}

json validation_curve(const std::vector<json>& lines, std::size_t most) {
  json curve = {{"step", json::array()}, {"seconds", json::array()}, {"value", json::array()}};
  std::vector<const json*> validated;
  for (const json& line : lines)
    if (line.contains("val_loss")) validated.push_back(&line);
  const std::size_t each = (validated.size() + most - 1) / std::max<std::size_t>(most, 1);
  for (std::size_t i = 0; i < validated.size(); ++i) {
    if ((i + 1) % each != 0 && i + 1 < validated.size()) continue;
    curve["step"].push_back(validated[i]->at("step"));
    curve["seconds"].push_back(rounded(number(*validated[i], "seconds")));
    curve["value"].push_back(rounded(number(*validated[i], "val_loss")));
  }
  return curve;
}

// The first, the last, and between them as many as fit, evenly.
json thinned(std::vector<json> all, std::size_t most) {
  if (all.size() <= most) return all;
  json kept = json::array();
  for (std::size_t i = 0; i < most; ++i) kept.push_back(std::move(all[i * (all.size() - 1) / (most - 1)]));
  return kept;
}

// Lists, such as the vocabulary, are not for reading: their length is.
json config_of(const std::string& path) {
  json rows = json::array();
  const json config = fs::exists(path) ? json::parse(nn::read_file(path), nullptr, false) : json();
  for (const auto& [name, value] : config.items())
    rows.push_back({name, value.is_string()                      ? value.get<std::string>()
                          : value.is_array() && value.size() > 8 ? fmt::format("{} of them", value.size())
                                                                 : value.dump()});
  return rows;
}

}  // namespace

void add_run(json& report, const std::string& directory, const RunNames& names, std::size_t most) {
  const std::vector<json> lines = read_json_lines(directory + "/metrics.jsonl");
  report["run"] = {{"items", names.items},
                   {"loss", names.loss},
                   {"validation", names.validation},
                   {"same_scale", names.same_scale},
                   {"curves", training_curves(lines, most)},
                   {"validations", validation_curve(lines, most)},
                   {"samples", thinned(read_json_lines(directory + "/samples.jsonl"), 40)}};
  report["config"] = config_of(directory + "/config.json");
}

void add_result(json& report, const nn::TrainingResult& result, const std::string& directory, const RunNames& names) {
  json& facts = report["facts"];
  const auto add = [&](const char* name, const std::string& value) { facts.push_back({name, value}); };
  add("steps", fmt::format("{}, {:.2f} epochs", grouped(result.steps), result.epochs));
  add("time", fmt::format("{}, {} {}/s", nn::format_duration(result.seconds),
                          grouped(static_cast<std::size_t>(result.items_per_second)), names.items));
  add("loss of the last step", fmt::format("{:.4g} ({})", result.training_loss, names.loss));
  if (const std::string model = directory + "/model.safetensors"; fs::exists(model)) {
    add("best validation", fmt::format("{:.4f} at step {}", result.best_loss, grouped(result.best_step)));
    report["identity"].push_back({"weights", nn::load_safetensors(model).metadata.at("xxh64")});
  }
  if (result.stopped_early) add("ended", "early: no new best for --patience validations");
  if (result.interrupted)
    report["note"] = fmt::format("This run was interrupted at step {}; --resume goes on from there. {}", result.steps,
                                 fs::exists(directory + "/model.safetensors")
                                     ? "What is measured below is the best model until then."
                                     : "There was no validation yet, so nothing is measured.");
}

}  // namespace rw::inline REWIND_ABI::examples
