#include "datasets/conllu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::size_t columns_of_a_line = 10;

// "# newdoc" or "# newdoc id = ...".
bool begins_document(std::string_view comment) {
  constexpr std::string_view mark = "newdoc";
  comment.remove_prefix(std::min(comment.find_first_not_of("# \t"), comment.size()));
  return comment.starts_with(mark) && is_blank(comment.substr(mark.size(), 1));
}

std::optional<std::size_t> number(std::string_view digits) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return value;
}

}  // namespace

// The last ids of a sentence, which go 1, 2, 3-4, 3, 4, 4.1, 4.2, 5.
struct ConlluReader::Ids {
  std::size_t word = 0, multiword_end = 0, empty_node = 0;

  bool take_word(std::optional<std::size_t> id) {
    if (id != word + 1) return false;
    ++word, empty_node = 0;
    return true;
  }
  bool take_multiword(std::optional<std::size_t> first, std::optional<std::size_t> last) {
    if (first != word + 1 || first <= multiword_end || last < first) return false;
    multiword_end = *last;
    return true;
  }
  bool take_empty_node(std::optional<std::size_t> before, std::optional<std::size_t> id) {
    if (before != word || id != empty_node + 1) return false;
    ++empty_node;
    return true;
  }
  bool take(std::string_view id) {
    const std::size_t sign = id.find_first_of("-.");
    if (sign == id.npos) return take_word(number(id));
    const std::optional<std::size_t> first = number(id.substr(0, sign)), second = number(id.substr(sign + 1));
    return id[sign] == '-' ? take_multiword(first, second) : take_empty_node(first, second);
  }
};

TaggedCorpus read_conllu(const std::string& path, std::size_t tag_column) {
  ConlluReader reader(TextLines{path}, tag_column);
  TaggedCorpus corpus = read_all(reader);
  if (corpus.sentences.empty()) fail("conllu", path + ": no sentence in it; give a file in the format CoNLL-U");
  return corpus;
}

ConlluReader::ConlluReader(TextLines lines, std::size_t tag_column) : lines_(std::move(lines)), tag_(tag_column - 1) {
  if (tag_column < 3 || tag_column > columns_of_a_line)
    fail("conllu", fmt::format("tag column: expected 3 to {}, got {}", columns_of_a_line, tag_column));
}

void ConlluReader::fail_here(const std::string& message) const {
  fail("conllu", fmt::format("{}: {}", lines_.place(), message));
}

std::optional<TaggedSentence> ConlluReader::next() {
  TaggedSentence sentence;
  Ids ids;
  for (std::string line; lines_.next(line, Encoding::utf8, "fetch the file again");) {
    if (line.starts_with('#')) {
      if (begins_document(line)) document_begins_ = true;
    } else if (!is_blank(line)) {
      add_line(line, sentence, ids);
    } else {
      end_sentence(ids);
      if (!sentence.tokens.empty()) return sentence;
      ids = {};
    }
  }
  end_sentence(ids);
  if (sentence.tokens.empty()) return std::nullopt;
  return sentence;
}

void ConlluReader::add_line(const std::string& line, TaggedSentence& sentence, Ids& ids) {
  const std::vector<std::string_view> columns = split_at_tabs(line);
  if (columns.size() != columns_of_a_line)
    fail_here(fmt::format("expected {} columns separated by tabs, got {}; give a file in the format CoNLL-U",
                          columns_of_a_line, columns.size()));
  const std::size_t words = ids.word;
  if (!ids.take(columns[0]))
    fail_here(
        fmt::format("expected the id {0}, a multiword token from {0} on, or the empty node {1}.{2}, got '{3}'; mend "
                    "the line",
                    words + 1, words, ids.empty_node + 1, columns[0]));
  if (ids.word == words) return;
  const std::string_view word = columns[1], tag = columns[tag_];
  if (word.empty() || tag.empty())
    fail_here(fmt::format("nothing in column {}; mend the line", word.empty() ? 2 : tag_ + 1));
  if (sentence.tokens.empty()) at_document_ = std::exchange(document_begins_, false);
  sentence.tokens.emplace_back(word);
  sentence.tags.emplace_back(tag);
}

void ConlluReader::end_sentence(const Ids& ids) const {
  if (ids.multiword_end > ids.word)
    fail_here(fmt::format("expected the words up to {}, of a multiword token, got a sentence of {}; mend it",
                          ids.multiword_end, ids.word));
}

}  // namespace rw::inline REWIND_ABI::datasets
