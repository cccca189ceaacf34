#include "examples/flags.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "autograd/precision.hpp"
#include "autograd/workers.hpp"
#include "nn/any_stacked.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {

void MachineFlags::add_to(CLI::App& verb) {
  verb.add_option("--threads", threads, "Threads; 0: one for each core")
      ->check(number_in(0, 1024))
      ->capture_default_str();
  verb.add_option("--precision", precision, "Of matrix products: f32, or bf16 summed in f32")
      ->check(CLI::IsMember({"f32", "bf16"}))
      ->capture_default_str();
}

void MachineFlags::apply() const {
  set_threads(threads > 0 ? threads : rw::threads());
  set_matmul_precision(precision == "bf16" ? Precision::bf16 : Precision::full);
  if (matmul_precision() == Precision::bf16 && !has_bf16())
    std::cerr << "note: this was built for a processor without bf16 products (AVX512-BF16); they are imitated, slower "
                 "than f32\n";
}

void ReportFlags::add_to(CLI::App& verb) {
  verb.add_option("--report", path, "HTML file that gets a page with curves, mistakes, and all that a rerun needs");
  verb_ = &verb;
}

void ReportFlags::check() const {
  if (wanted()) nn::check_writable(path);
}

std::string ReportFlags::command() const { return verb_ == nullptr ? "" : command_of(*verb_); }

nlohmann::json ReportFlags::flags() const {
  nlohmann::json all = nlohmann::json::array();
  if (verb_ == nullptr) return all;
  for (const CLI::Option* option : verb_->get_options()) {
    if (option->get_name() == "--help") continue;
    const bool given = option->count() > 0;
    const std::string value = given ? fmt::format("{}", fmt::join(option->results(), " ")) : option->get_default_str();
    all.push_back({{"name", option->get_name()}, {"value", value}, {"given", given}});
  }
  return all;
}

void CommonFlags::apply() const {
  MachineFlags::apply();
  if (!json.empty()) nn::check_writable(json);
  report.check();
}

void CommonFlags::add_to(CLI::App& verb) {
  MachineFlags::add_to(verb);
  report.add_to(verb);
  verb.add_option("--json", json, "File that gets the final metrics as one JSON object");
}

void CommonFlags::write(const nlohmann::json& metrics) const {
  if (!json.empty()) write_with_folders(json, metrics.dump() + "\n");
}

void ModelFlags::add_to(CLI::App& verb) {
  std::vector<std::string> cells = nn::cell_names();
  cells.insert(cells.end(), more_cells.begin(), more_cells.end());
  verb.add_option("--cell", cell, "Recurrent cell")->check(CLI::IsMember(cells))->capture_default_str();
  verb.add_option("--hidden", hidden, "Hidden units of a layer")->check(at_least_1())->capture_default_str();
  verb.add_option("--layers", layers, more_cells.empty() ? "Recurrent layers" : "Layers")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--embed", embed, one_hot ? "Width of the embedding; 0: one-hot" : "Width of the embedding")
      ->check(number_in(one_hot ? 0 : 1, 1e9))
      ->capture_default_str();
  verb.add_option("--dropout", dropout, dropped)->check(number_in(0, 0.99))->capture_default_str();
}

void TrainingFlags::add_to(CLI::App& verb) {
  const double any = 1e9;
  verb.add_option("--out", out, "Directory of the run: model, checkpoints, metrics")->required();
  verb.add_option("--seed", seed, "Seed of all random numbers")->capture_default_str();
  if (tokens == 0)
    verb.add_option("--batch", batch, "Sequences side by side")->check(at_least_1())->capture_default_str();
  else
    verb.add_option("--tokens", tokens, "Of a batch, both sides and padding included")
        ->check(at_least_1())
        ->capture_default_str();
  auto* epochs = verb.add_option("--epochs", trainer.epochs, "Length of the run, in passes over the data");
  auto* minutes = verb.add_option(
      "--minutes", trainer.minutes,
      "Length of the run, in minutes (" + fmt::format("{:g}", default_minutes) + " if nothing is said)");
  auto* steps = verb.add_option("--steps", trainer.steps, "Length of the run, in optimiser steps");
  epochs->check(number_in(0, any, true))->excludes(minutes)->excludes(steps);
  minutes->check(number_in(0, any, true))->excludes(steps);
  steps->check(at_least_1());
  verb.add_option("--optimizer", optimizer, "Update rule")
      ->check(CLI::IsMember({"sgd", "rmsprop", "adagrad", "adam", "adamw"}))
      ->capture_default_str();
  verb.add_option("--lr", optimizer_options.lr, "Learning rate")->check(number_in(0, 1e3, true))->capture_default_str();
  verb.add_option("--momentum", optimizer_options.momentum, "Of sgd")
      ->check(number_in(0, 0.9999))
      ->capture_default_str();
  verb.add_option("--beta2", optimizer_options.beta2, "Of adam and adamw")
      ->check(number_in(0, 0.999999))
      ->capture_default_str();
  verb.add_option("--weight-decay", optimizer_options.weight_decay, "L2; adamw: decoupled")
      ->check(number_in(0, 1e3))
      ->capture_default_str();
  verb.add_option("--schedule", schedule, "Of the learning rate")
      ->check(CLI::IsMember({"constant", "step", "cosine", "plateau"}))
      ->capture_default_str();
  verb.add_option("--warmup", trainer.schedule.warmup, "Part of the run in which the learning rate rises")
      ->check(number_in(0, 0.99))
      ->capture_default_str();
  verb.add_option("--clip", trainer.clip, "Largest global norm of the gradient; 0: any")
      ->check(number_in(0, any))
      ->capture_default_str();
  verb.add_option("--average", trainer.average,
                  "Decay of the weights' moving average that is validated and kept; 0: none")
      ->check(number_in(0, 0.999999))
      ->capture_default_str();
  verb.add_option("--validate-every", trainer.validate_every,
                  "Steps; 0: ten times a run, and each epoch if its length is not in minutes")
      ->check(number_in(0, any))
      ->capture_default_str();
  verb.add_option("--patience", trainer.patience, "Validations without a new best until it stops; 0: it does not")
      ->check(number_in(0, any))
      ->capture_default_str();
  verb.add_option("--checkpoint-every", trainer.checkpoint_every, "Steps; 0: 30 seconds; and after each validation")
      ->check(number_in(0, any))
      ->capture_default_str();
  verb.add_flag("--resume", trainer.resume, "Go on from the newest checkpoint in --out");
  verb.add_flag("--quiet", trainer.quiet, "No progress");
}

nn::TrainerOptions TrainingFlags::trainer_options() const {
  nn::TrainerOptions options = trainer;
  options.directory = out;
  options.schedule.name = schedule;
  if (options.epochs == 0 && options.minutes == 0 && options.steps == 0) options.minutes = default_minutes;
  return options;
}

nlohmann::json metrics(const nn::TrainingResult& r, std::uint64_t seed) {
  return {{"steps", r.steps},
          {"epochs", r.epochs},
          {"seconds", r.seconds},
          {"best_step", r.best_step},
          {"train_loss", r.training_loss},
          {"seed", seed},
          {"threads", threads()},
          {"precision", name_of(matmul_precision())},
          {"interrupted", r.interrupted}};
}

}  // namespace rw::inline REWIND_ABI::examples
