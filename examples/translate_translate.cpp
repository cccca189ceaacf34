#include <fmt/format.h>

#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/text_file.hpp"
#include "examples/translate_report.hpp"
#include "examples/translate_verbs.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples::translation {
namespace {

// Translates lines in batches and prints them in their order.
class Answers {
 public:
  Answers(const Translate& flags, const Network& network, const TranslationSetup& setup)
      : flags_(flags), network_(network), setup_(setup), options_(flags.beam.of(setup.config)) {}

  void read(datasets::TextLines lines) {
    const std::size_t ahead = flags_.batch == 1 ? 1 : 16 * flags_.batch;  // those of like length share a batch
    while (take(lines))
      if (tokens_.size() == ahead) finish();
    finish();
  }

  std::size_t count() const { return count_; }

 private:
  // The next line, if there is one. What came before a bad one is answered first: batches change no output.
  bool take(datasets::TextLines& lines) {
    try {
      std::string line;
      if (!lines.next(line)) return false;
      std::vector<Index> tokens = setup_.source.encode(line);
      if (const std::size_t n = tokens.size(), most = longest_of(setup_.config); n > most)
        fail("translate",
             fmt::format("{} has {} tokens, and the model takes {}: split the sentence", lines.place(), n, most));
      tokens_.push_back(std::move(tokens)), lines_.push_back(std::move(line));
      return true;
    } catch (const Error&) {
      finish();
      throw;
    }
  }

  void finish() {
    const datasets::Sequences found = translate(network_, tokens_, options_, flags_.batch);
    for (std::size_t i = 0; i < found.size(); ++i) {
      print(lines_[i], found[i]);
      if (!drawn_ && !found[i].empty() && !flags_.attention.empty()) draw(tokens_[i], found[i]);
    }
    flush();
    count_ += found.size(), tokens_.clear(), lines_.clear();
  }

  void print(const std::string& line, const std::vector<Index>& found) const {
    const std::string text = setup_.target.decode(found);
    if (!flags_.json) return fmt::print("{}\n", text);
    nlohmann::json object = {{"source", line}, {"translation", text}, {"tokens", nlohmann::json::array()}};
    for (const Index index : found) object["tokens"].push_back(setup_.target.piece(index));
    fmt::print("{}\n", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  void draw(const std::vector<Index>& source, const std::vector<Index>& found) {
    write_with_folders(flags_.attention, svg_of(picture_of(network_, setup_, source, found)));
    drawn_ = true;
  }

  const Translate& flags_;
  const Network& network_;
  const TranslationSetup& setup_;
  models::BeamOptions options_;
  datasets::Sequences tokens_;
  std::vector<std::string> lines_;  // not yet answered
  std::size_t count_ = 0;
  bool drawn_ = false;
};

}  // namespace

void Translate::add_to(CLI::App& verb) {
  verb.add_option("files", files, "Files with a sentence a line; without: standard input")->take_all();
  verb.add_option("--model", model, "Directory of the run")->required();
  verb.add_option("--attention", attention, "SVG file that gets a picture of what the first translation looked at");
  verb.add_flag("--json", json, "A JSON object a line, with the translation's tokens");
  verb.add_option("--batch", batch, "Sentences side by side; 1: each line is answered before the next is read")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_flag("--timing", timing, "At the end, the speed on stderr");
  beam.add_to(verb), machine.add_to(verb);
}

bool Translate::operator()() const {
  machine.apply();
  if (!attention.empty()) nn::check_writable(attention);
  const TranslationSetup setup = load_translation_setup(model);
  if (!attention.empty() && !attends(setup.config))
    fail("translate", "--attention: the model of " + model + " was trained with --attention none: it looks at nothing");
  Rng rng(0);
  const Network network = load_network(model, setup, rng);
  Answers answers(*this, network, setup);

  const auto began = std::chrono::steady_clock::now();
  for (const std::string& file : files) answers.read(datasets::TextLines(file));
  if (files.empty()) answers.read({std::cin, "standard input"});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (timing && answers.count() > 0) {
    const auto n = static_cast<double>(answers.count());
    fmt::print(stderr, "{} sentences in {:.2f} s: {:.1f} sentences/s, {:.1f} ms each\n", answers.count(),
               seconds.count(), n / seconds.count(), 1e3 * seconds.count() / n);
  }
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::translation
