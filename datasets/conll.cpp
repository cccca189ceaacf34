#include "datasets/conll.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::string_view comment_mark = "# ";
constexpr const char* advice = "fetch the file again";  // if it is not UTF-8

bool begins_document(std::string_view line) {
  constexpr std::string_view mark = "-DOCSTART-";
  return line.starts_with(mark) && (line.size() == mark.size() || is_blank(line.substr(mark.size(), 1)));
}

}  // namespace

TaggedCorpus read_conll(const std::string& path, const ConllOptions& options) {
  ConllReader reader(TextLines{path}, options);
  TaggedCorpus corpus = read_all(reader);
  if (corpus.sentences.empty()) fail("conll", path + ": no sentence in it; give a file with a token a line");
  return corpus;
}

ConllReader::ConllReader(TextLines lines, const ConllOptions& options) : lines_(std::move(lines)), options_(options) {
  if (options.token_column == 0 || options.tag_column == 0)
    fail("conll", "there is no column 0: columns count from 1, or from the last with -1");
}

void ConllReader::fail_here(const std::string& message) const {
  fail("conll", fmt::format("{}: line {}: {}", lines_.name(), number_, message));
}

std::optional<TaggedSentence> ConllReader::next() {
  TaggedSentence sentence;
  while (next_line()) {
    if (tabs_ && line_.starts_with(comment_mark)) continue;
    const bool document = begins_document(line_);
    if (document) document_begins_ = true;
    if (!document && !is_blank(line_))
      add_token(sentence);
    else if (!sentence.tokens.empty())
      return sentence;
  }
  if (sentence.tokens.empty()) return std::nullopt;
  return sentence;
}

bool ConllReader::next_line() {
  if (number_ == 0) look_ahead();
  ++number_;
  if (ahead_.empty()) return lines_.next(line_, Encoding::utf8, advice);
  line_ = std::move(ahead_.front());
  ahead_.pop_front();
  return true;
}

// "# O" before the first token's line may be a comment or, if spaces separate, a token.
void ConllReader::look_ahead() {
  for (std::string line; lines_.next(line, Encoding::utf8, advice);) {
    ahead_.push_back(line);
    if (is_blank(line) || line.starts_with(comment_mark) || begins_document(line)) continue;
    tabs_ = line.find('\t') != line.npos;
    return;
  }
}

std::size_t ConllReader::place_of(int column, const char* role) const {
  const auto columns = static_cast<std::ptrdiff_t>(columns_);
  const std::ptrdiff_t place = column > 0 ? column - 1 : columns + column;
  if (place < 0 || place >= columns)
    fail_here(
        fmt::format("expected the {} in column {}, got a line of {}; choose another column", role, column, columns_));
  return static_cast<std::size_t>(place);
}

void ConllReader::choose_columns(std::size_t columns) {
  first_number_ = number_, columns_ = columns;
  token_ = place_of(options_.token_column, "token"), tag_ = place_of(options_.tag_column, "tag");
  if (columns > 1 && token_ == tag_)
    fail_here(fmt::format("expected token and tag in two columns, got {} for both; choose another column", token_ + 1));
}

void ConllReader::add_token(TaggedSentence& sentence) {
  const std::vector<std::string_view> columns = tabs_ ? split_at_tabs(line_) : split_at_spaces(line_);
  if (columns_ == 0) choose_columns(columns.size());
  if (columns.size() != columns_)
    fail_here(fmt::format("expected {} columns separated by {} as in line {}, got {}; mend the line", columns_,
                          tabs_ ? "tabs" : "spaces", first_number_, columns.size()));
  for (const std::size_t wanted : {token_, tag_})
    if (columns[wanted].empty()) fail_here(fmt::format("nothing in column {}; mend the line", wanted + 1));
  if (sentence.tokens.empty()) at_document_ = std::exchange(document_begins_, false);
  sentence.tokens.emplace_back(columns[token_]);
  if (columns_ > 1) sentence.tags.emplace_back(columns[tag_]);
}

}  // namespace rw::inline REWIND_ABI::datasets
