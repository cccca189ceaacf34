#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "autograd/ops.hpp"
#include "datasets/text_file.hpp"
#include "examples/sentiment_verbs.hpp"
#include "models/sentiment_task.hpp"

namespace rw::inline REWIND_ABI::examples::sentiment {
namespace {

void for_each_line(const std::vector<std::string>& files, const std::function<void(const std::string&)>& f) {
  const auto read = [&](datasets::TextLines lines) {
    for (std::string line; lines.next(line);) f(line);
  };
  for (const std::string& file : files) read(datasets::TextLines(file));
  if (files.empty()) read({std::cin, "standard input"});
}

void print(const std::vector<std::string>& classes, const Scalar* probabilities, bool json) {
  const auto best =
      static_cast<std::size_t>(std::max_element(probabilities, probabilities + classes.size()) - probabilities);
  if (!json) return fmt::print("{}\t{:.4f}\n", classes[best], probabilities[best]);
  nlohmann::json line = {{"label", classes[best]}, {"probability", probabilities[best]}};
  for (std::size_t c = 0; c < classes.size(); ++c) line["probabilities"][classes[c]] = probabilities[c];
  fmt::print("{}\n", line.dump());
}

}  // namespace

void Predict::add_to(CLI::App& verb) {
  verb.add_option("files", files, "Files with a text a line; without: standard input")->take_all();
  verb.add_option("--model", model, "Directory of the run")->required();
  verb.add_flag("--json", json, "A JSON object a line, with the probability of each class");
  verb.add_option("--batch", batch, "Texts side by side; 1: each line is answered before the next is read")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_flag("--timing", timing, "At the end, the speed on stderr");
  machine.add_to(verb);
}

bool Predict::operator()() const {
  machine.apply();
  SentimentSetup setup = load_sentiment_setup(model);
  Rng rng(0);
  const models::SentimentLSTM network = load_sentiment(model, setup, rng);
  const std::size_t ahead = batch == 1 ? 1 : 16 * batch;  // texts of like length share a batch
  datasets::Sequences texts;
  std::size_t done = 0;
  const auto answer = [&] {
    if (texts.empty()) return;
    const Tensor probabilities = softmax(logits_of(network, texts, batch));
    for (std::size_t i = 0; i < texts.size(); ++i)
      print(setup.classes, probabilities.value().data() + i * setup.classes.size(), json);
    flush();
    done += texts.size(), texts.clear();
  };
  const auto began = std::chrono::steady_clock::now();
  for_each_line(files, [&](const std::string& line) {
    texts.push_back(setup.encoder(line));
    if (texts.size() == ahead) answer();
  });
  answer();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (timing && done > 0)
    fmt::print(stderr, "{} texts in {:.2f} s: {:.0f} texts/s, {:.3f} ms each\n", done, seconds.count(),
               static_cast<double>(done) / seconds.count(), 1e3 * seconds.count() / static_cast<double>(done));
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::sentiment
