#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>

#include "datasets/conll.hpp"
#include "datasets/conllu.hpp"
#include "examples/ner_verbs.hpp"

namespace rw::inline REWIND_ABI::examples::ner {
namespace {

using datasets::TaggedSentence;
using Take = std::function<void(TaggedSentence)>;

// The sentences of a file or stream, each as soon as its end has arrived.
void read_sentences(datasets::TextLines lines, const std::string& format, int token_column, const Take& take) {
  const auto take_all = [&](auto reader) {
    while (auto sentence = reader.next()) take(std::move(*sentence));
  };
  if (format == "conllu") return take_all(datasets::ConlluReader(std::move(lines)));
  // Nobody asks for tags: any column is theirs that is not the tokens'.
  const int tag_column = token_column == 1 || token_column < -1 ? -1 : 1;
  if (format == "columns") return take_all(datasets::ConllReader(std::move(lines), {token_column, tag_column}));
  datasets::Tokenizer tokenize({.lower_case = false});
  for (std::string line; lines.next(line);)
    if (auto tokens = tokenize(line); !tokens.empty()) take({std::move(tokens), {}});
}

std::string format_of(const std::string& wanted, const std::string& file) {
  if (wanted != "auto") return wanted;
  return file.ends_with(".conllu") ? "conllu" : file.ends_with(".conll") ? "columns" : "text";
}

void print_json(const std::vector<std::string>& tokens, const std::vector<std::string>& tags, bool spans) {
  nlohmann::json line = {{"tokens", tokens}, {"tags", tags}};
  if (spans) line["entities"] = nlohmann::json::array();
  for (const auto& [begin, end, type] : spans ? datasets::spans_of(tags) : std::vector<datasets::Span>())
    line["entities"].push_back({{"type", type}, {"begin", begin}, {"end", end}});
  fmt::print("{}\n", line.dump());
}

void print_columns(const std::vector<std::string>& tokens, const std::vector<std::string>& tags) {
  for (std::size_t t = 0; t < tokens.size(); ++t) fmt::print("{}\t{}\n", tokens[t], tags[t]);
  fmt::print("\n");
}

// One line: names in colours, their type behind them; or each word with its tag.
class Painter {
 public:
  explicit Painter(const datasets::TagSet& tags) : spans_(tags.scheme().has_value()) {
    for (const std::string& name : tags.names())
      if (name[0] == 'B') types_.push_back(name.substr(2));
  }

  void operator()(const std::vector<std::string>& tokens, const std::vector<std::string>& tags) const {
    std::size_t done = 0;
    for (const auto& [begin, end, type] : spans_ ? datasets::spans_of(tags) : std::vector<datasets::Span>()) {
      for (; done < begin; ++done) fmt::print("{} ", tokens[done]);
      for (; done < end; ++done) fmt::print(style_of(type), "{}{}", tokens[done], done + 1 < end ? " " : "");
      fmt::print(fmt::emphasis::faint, "/{} ", type);
    }
    for (; done < tokens.size(); ++done) {
      fmt::print("{}", tokens[done]);
      if (!spans_) fmt::print(fmt::emphasis::faint, "/{}", tags[done]);
      fmt::print(" ");
    }
    fmt::print("\n");
  }

 private:
  fmt::text_style style_of(const std::string& type) const {
    constexpr fmt::terminal_color colours[] = {fmt::terminal_color::green,  fmt::terminal_color::cyan,
                                               fmt::terminal_color::yellow, fmt::terminal_color::magenta,
                                               fmt::terminal_color::blue,   fmt::terminal_color::red};
    const auto at = static_cast<std::size_t>(std::find(types_.begin(), types_.end(), type) - types_.begin());
    return fmt::emphasis::bold | fmt::fg(colours[at % std::size(colours)]);
  }

  bool spans_;
  std::vector<std::string> types_;
};

// Tags sentences in batches and prints them in their order.
class Answers {
 public:
  Answers(const models::BigruNER& model, const datasets::TaggingVocabulary& vocabulary, std::size_t batch, bool json)
      : model_(model), vocabulary_(vocabulary), batch_(batch), json_(json), paint_(vocabulary.tags) {}

  void add(TaggedSentence sentence) {
    waiting_.push_back(std::move(sentence));
    const std::size_t ahead = batch_ == 1 ? 1 : 16 * batch_;  // sentences of like length share a batch
    if (waiting_.size() == ahead) finish();
  }
  void finish() {
    const auto tags = predict_tags(model_, vocabulary_, index_sentences(vocabulary_, waiting_, false), batch_);
    for (std::size_t i = 0; i < tags.size(); ++i) print(waiting_[i].tokens, tags[i]);
    flush();
    count_ += waiting_.size(), waiting_.clear();
  }
  std::size_t count() const { return count_; }

 private:
  void print(const std::vector<std::string>& tokens, const std::vector<std::string>& tags) const {
    if (json_) return print_json(tokens, tags, vocabulary_.tags.scheme().has_value());
    terminal_ ? paint_(tokens, tags) : print_columns(tokens, tags);
  }

  const models::BigruNER& model_;
  const datasets::TaggingVocabulary& vocabulary_;
  std::size_t batch_, count_ = 0;
  bool json_, terminal_ = isatty(STDOUT_FILENO) != 0;
  Painter paint_;
  std::vector<TaggedSentence> waiting_;
};

}  // namespace

void Tag::add_to(CLI::App& verb) {
  verb.add_option("files", files, "Files to tag; without: standard input")->take_all();
  verb.add_option("--model", model, "Directory of the run")->required();
  verb.add_option("--format", format,
                  "text: a sentence a line; columns: a token a line; conllu. auto: .conll is columns, .conllu CoNLL-U, "
                  "all else text")
      ->check(CLI::IsMember({"auto", "text", "columns", "conllu"}))
      ->capture_default_str();
  verb.add_option("--token-column", token_column, "Of columns: from 1, or from the last with -1")
      ->capture_default_str();
  verb.add_flag("--json", json, "A JSON object for each sentence");
  verb.add_option("--batch", batch, "Sentences side by side; 1: each is answered before the next is read")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_flag("--timing", timing, "At the end, the speed on stderr");
  machine.add_to(verb);
}

bool Tag::operator()() const {
  machine.apply();
  const NERSetup setup = load_ner_setup(model);
  Rng rng(0);
  const models::BigruNER network = load_ner(model, setup, rng);
  Answers answers(network, setup.vocabulary, batch, json);
  const auto take = [&](TaggedSentence sentence) { answers.add(std::move(sentence)); };

  const auto began = std::chrono::steady_clock::now();
  for (const std::string& file : files)
    read_sentences(datasets::TextLines(file), format_of(format, file), token_column, take);
  if (files.empty()) read_sentences({std::cin, "standard input"}, format_of(format, ""), token_column, take);
  answers.finish();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (timing && answers.count() > 0) {
    const auto n = static_cast<double>(answers.count());
    fmt::print(stderr, "{} sentences in {:.2f} s: {:.0f} sentences/s, {:.3f} ms each\n", n, seconds.count(),
               n / seconds.count(), 1e3 * seconds.count() / n);
  }
  return true;
}

}  // namespace rw::inline REWIND_ABI::examples::ner
