// Back-propagation through time, looked at: a character model reads a short text, and a page shows where each part of
// its gradient comes from, before and after some updates.
//
//   bptt_ledger --out ledger.html                         a new LSTM, and RNN and GRU beside it
//   bptt_ledger --model DIR --text TEXT --out FILE        a model that char_rnn trained
//
// In double: the parts of the ledger sum to the gradient, and the residual that is printed is rounding alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "autograd/check.hpp"
#include "autograd/workers.hpp"
#include "datasets/text_file.hpp"
#include "examples/bptt_study.hpp"
#include "examples/char_rnn_files.hpp"
#include "examples/cli.hpp"
#include "examples/embedded_text.hpp"
#include "examples/environment.hpp"
#include "examples/page/page.hpp"
#include "examples/temporary_folder.hpp"
#include "models/char_task.hpp"
#include "nn/train/files.hpp"
#include "nn/train/interrupt.hpp"
#include "nn/train/optim.hpp"
#include "nn/train/progress.hpp"
#include "nn/train/trainer.hpp"

namespace {

using namespace rw;
using nlohmann::json;

constexpr const char* title = "Back-propagation through time, looked at";

struct Flags {
  std::string out, json_file, model, text;
  std::vector<std::string> data, compare;
  std::string cell = "lstm";
  std::size_t hidden = 64, layers = 1, embed = 0, length = 48, batch = 32, bptt = 48;
  std::vector<std::size_t> updates;
  std::uint64_t seed = 1;
  double lr = 3e-3, clip = 1;
  int threads = 0;
  bool quiet = false;

  void add_to(CLI::App& app);
  std::vector<std::size_t> stops() const;
};

void Flags::add_to(CLI::App& app) {
  using examples::at_least_1;
  using examples::number_in;
  app.add_option("--out", out, "The page, an HTML file")->required();
  app.add_option("--json", json_file, "File that gets all that the page shows, as JSON");
  auto* trained = app.add_option("--model", model, "Directory of a run of char_rnn; without: a new model");
  app.add_option("--data", data, "Text files to learn from; without: this program's own source and documentation")
      ->take_all();
  app.add_option("--text", text, "What the model reads; without: the beginning of the validation part");
  app.add_option("--length", length, "Symbols of it")->check(number_in(2, 1000))->capture_default_str();
  app.add_option("--cell", cell, "Recurrent cell")
      ->check(CLI::IsMember(nn::cell_names()))
      ->capture_default_str()
      ->excludes(trained);
  app.add_option("--hidden", hidden, "Hidden units of a layer")
      ->check(at_least_1())
      ->capture_default_str()
      ->excludes(trained);
  app.add_option("--layers", layers, "Recurrent layers")->check(at_least_1())->capture_default_str()->excludes(trained);
  app.add_option("--embed", embed, "Width of the embedding; 0: one-hot")
      ->check(number_in(0, 1e9))
      ->capture_default_str()
      ->excludes(trained);
  examples::add_list(app, "--compare", compare,
                     "Cells whose Jacobians stand beside; with --model, directories of other runs; none for no other. "
                     "Without: rnn, lstm, gru; with --model: none");
  examples::add_list(app, "--updates", updates,
                     "After how many updates to look; 0,100,1000 if nothing is said, with --model 0")
      .check(number_in(0, 1e7));
  app.add_option("--batch", batch, "Sequences of an update")->check(at_least_1())->capture_default_str();
  app.add_option("--bptt", bptt, "Steps that an update looks back")->check(at_least_1())->capture_default_str();
  app.add_option("--lr", lr, "Learning rate of Adam")->check(number_in(0, 1e3, true))->capture_default_str();
  app.add_option("--clip", clip, "Largest global norm of the gradient")
      ->check(number_in(0, 1e9, true))
      ->capture_default_str();
  app.add_option("--seed", seed, "Seed of all random numbers")->capture_default_str();
  app.add_option("--threads", threads, "Threads; 0: one for each core")
      ->check(number_in(0, 1024))
      ->capture_default_str();
  app.add_flag("--quiet", quiet, "No progress");
}

// Ascending, each once.
std::vector<std::size_t> Flags::stops() const {
  if (updates.empty()) return model.empty() ? std::vector<std::size_t>{0, 100, 1000} : std::vector<std::size_t>{0};
  std::vector<std::size_t> all = updates;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// A model to be looked at: where its weights come from, and what it is.
struct Subject {
  std::string directory;  // "": new weights
  models::CharRNNConfig config;
};

class Program {
 public:
  Program(const Flags& flags, const std::string& command) : flags_(flags), first_(subject(flags.model)) {
    if (!flags.model.empty()) vocabulary_ = examples::load_config(flags.model).vocabulary;
    if (flags.model.empty() || flags.text.empty() || flags.stops().back() > 0) corpus_ = corpus();
    if (!vocabulary_) vocabulary_ = corpus_->vocabulary();
    symbols_ = text();
    others_ = others();
    for (std::size_t t = 0; t + 1 < symbols_.size(); ++t) {
      page_["text"].push_back(vocabulary_->decode(symbols_.data()[t]));
      page_["targets"].push_back(vocabulary_->decode(symbols_.data()[t + 1]));
    }
    page_["title"] = title, page_["seed"] = flags.seed, page_["cells"] = json::array(), page_["command"] = command;
    page_["environment"] = examples::environment(), page_["environment"]["threads"] = threads();
  }

  // False if it was interrupted; what was seen until then is on the page.
  bool run() {
    const nn::Interrupt interrupt;
    bool whole = look_at(first_, true);
    for (const Subject& other : others_) whole = whole && look_at(other, false);
    if (page_.contains("snapshots")) write();
    return whole;
  }

 private:
  // What is trained on, and read if no --text is given.
  datasets::CharCorpus corpus() const {
    const bool own = flags_.data.empty();
    if (!vocabulary_)
      return datasets::CharCorpus(own ? std::string(embedded_text()) : datasets::read_text(flags_.data));
    if (!own) return {datasets::read_text(flags_.data, vocabulary_->bytes()), *vocabulary_};
    try {
      return {embedded_text(), *vocabulary_};
    } catch (const Error&) {
      fail("bptt_ledger", flags_.model +
                              " was trained on another text than this program's own: give that with --data, " +
                              "or something to read with --text");
    }
  }

  IndexArray text() const {
    const IndexArray all = flags_.text.empty() ? corpus_->validation() : vocabulary_->encode(flags_.text, "--text");
    const std::size_t symbols = std::min(flags_.length + 1, all.size());
    if (symbols < 3) fail("bptt_ledger", fmt::format("--text: expected at least 3 symbols, got {}", symbols));
    return share(all, {symbols});
  }

  Subject subject(const std::string& directory) const {
    if (!directory.empty()) {
      const auto [config, vocabulary] = examples::load_config(directory);
      if (vocabulary_ && vocabulary != *vocabulary_)
        fail("bptt_ledger", fmt::format("--compare {}: it has other symbols than {}; compare models of one text",
                                        directory, flags_.model));
      return {directory, config};
    }
    return {"", {flags_.cell, 0, flags_.hidden, flags_.layers, flags_.embed, 0, false}};
  }

  std::vector<Subject> others() const {
    std::vector<std::string> names = flags_.compare;
    if (names.empty() && flags_.model.empty()) names = {"rnn", "lstm", "gru"};
    std::vector<Subject> all;
    for (const std::string& name : names) {
      if (name == "none" || (flags_.model.empty() && name == flags_.cell)) continue;
      Subject other = flags_.model.empty() ? first_ : subject(name);
      if (flags_.model.empty()) other.config.cell = name;
      check_cell(other.config.cell);
      all.push_back(other);
    }
    return all;
  }

  static void check_cell(const std::string& name) {
    const auto known = nn::cell_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
      fail("bptt_ledger", fmt::format("--compare {}: it is none of the cells {}", name, fmt::join(known, ", ")));
  }

  bool look_at(const Subject& subject, bool first) {
    models::CharRNNConfig config = subject.config;
    config.vocabulary = vocabulary_->size();
    Rng rng(flags_.seed);
    models::CharRNN network = subject.directory.empty() ? models::CharRNN(config, rng)
                                                        : examples::load_char_rnn(subject.directory, config, rng);
    if (first) page_["model"] = description(network, subject);
    examples::BpttStudy study(network, symbols_);
    return follow(network, rng, [&](std::size_t updates) {
      json curves = study.jacobians();
      curves["updates"] = updates, curves["trained"] = !subject.directory.empty();
      page_["cells"].push_back(std::move(curves));
      if (first) add_snapshot(study, updates);
    });
  }

  static json description(models::CharRNN& network, const Subject& subject) {
    const models::CharRNNConfig& c = network.config();
    return {{"cell", c.cell},
            {"layers", c.layers},
            {"hidden", c.hidden},
            {"embed", c.embed},
            {"parameters", nn::count_parameters(network)},
            {"weights_from", subject.directory.empty() ? "new" : subject.directory},
            {"trained", !subject.directory.empty()}};
  }

  void add_snapshot(examples::BpttStudy& study, std::size_t updates) {
    nn::Progress progress("parts", flags_.quiet);
    json snapshot = study.snapshot([&](double done) { progress.update(done, 0); });
    progress.clear();
    snapshot["updates"] = updates;
    page_["snapshots"].push_back(std::move(snapshot));
    if (!(study.residual() <= residual_)) residual_ = study.residual();  // NaN stays
    fmt::print("after {} updates: the parts sum to the gradient but for {:.1e} of it\n", updates, study.residual());
    examples::flush();
  }

  // Trains, and looks after each of the numbers of updates. False if it was interrupted. Each piece is a run of the
  // trainer's that is validated at its end alone, so that it ends with its last weights.
  bool follow(models::CharRNN& network, Rng& rng, const std::function<void(std::size_t)>& look) const {
    std::optional<models::CharRNNTask> task;
    if (corpus_) task.emplace(network, *corpus_, rng, models::CharTaskOptions{flags_.batch, flags_.bptt, 0});
    const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(network), {.lr = flags_.lr});
    const examples::TemporaryFolder folder("bptt_ledger");
    std::size_t done = 0;
    for (const std::size_t stop : flags_.stops()) {
      if (const std::size_t steps = stop - std::exchange(done, stop); steps > 0) {
        nn::Trainer trainer(*task, *optimizer,
                            {.directory = folder.path(std::to_string(stop)),
                             .steps = steps,
                             .clip = flags_.clip,
                             .validate_every = steps,
                             .quiet = flags_.quiet});
        if (trainer.run().interrupted) return false;
      }
      if (nn::Interrupt::requested()) return false;
      nn::eval(network);
      look(done);
    }
    return true;
  }

  void write() const {
    const std::string html = make_page(title, ledger_scripts(), page_);
    examples::write_with_folders(flags_.out, html);
    if (!flags_.json_file.empty())
      examples::write_with_folders(flags_.json_file, page_.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
    fmt::print("largest residual: {:.1e}; page: {}, {:.0f} KB\n", residual_, flags_.out,
               static_cast<double>(html.size()) / 1e3);
  }

  const Flags& flags_;
  std::optional<datasets::Vocabulary> vocabulary_;  // before what is checked against it
  Subject first_;
  std::vector<Subject> others_;
  std::optional<datasets::CharCorpus> corpus_;
  IndexArray symbols_;  // (T + 1)
  json page_;
  double residual_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Shows back-propagation through time: a page with the ledger of a character model's gradient");
  Flags flags;
  examples::set_work(app, [&] {
    set_threads(flags.threads > 0 ? flags.threads : rw::threads());
    nn::check_writable(flags.out);
    if (!flags.json_file.empty()) nn::check_writable(flags.json_file);
    return Program(flags, examples::command_of(app)).run();
  });
  flags.add_to(app);
  return examples::run(app, argc, argv);
}
