#include "datasets/parallel_text.hpp"

#include <fmt/format.h>

#include <utility>

#include "datasets/columns.hpp"
#include "datasets/text_file.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr const char* instead = "fetch it anew";

std::vector<std::string> read_lines(const std::string& path) {
  TextLines lines(path);
  std::vector<std::string> all;
  for (std::string line; lines.next(line, Encoding::utf8, instead);) all.push_back(line);
  return all;
}

[[noreturn]] void fail_unequal(const std::string& longer, std::size_t n, const std::string& shorter, std::size_t m) {
  fail("parallel", fmt::format("{} has {} lines, {} {}: line {} of {} has no counterpart; give files that match line "
                               "by line",
                               longer, n, shorter, m, m + 1, longer));
}

struct Sentence {
  std::string text, place;  // where it stands, for messages
};

void add(Sentence source, Sentence target, std::size_t line, ParallelText& pairs) {
  const bool blank = is_blank(source.text);
  if (blank != is_blank(target.text))
    fail("parallel", fmt::format("{} is empty, but {} is not; give both a sentence, or take both out",
                                 blank ? source.place : target.place, blank ? target.place : source.place));
  if (blank) {
    ++pairs.blank;
    return;
  }
  pairs.source.push_back(std::move(source.text));
  pairs.target.push_back(std::move(target.text));
  pairs.lines.push_back(line);
}

ParallelText checked(ParallelText pairs, const std::string& path) {
  if (pairs.size() == 0) fail("parallel", path + ": no pair of sentences; every line is empty");
  return pairs;
}

}  // namespace

ParallelText read_parallel(const std::string& source, const std::string& target) {
  std::vector<std::string> sources = read_lines(source), targets = read_lines(target);
  const std::size_t n = sources.size(), m = targets.size();
  if (n > m) fail_unequal(source, n, target, m);
  if (m > n) fail_unequal(target, m, source, n);
  ParallelText pairs;
  for (std::size_t i = 0; i < n; ++i) {
    const auto sentence = [i](std::vector<std::string>& texts, const std::string& path) {
      return Sentence{std::move(texts[i]), fmt::format("{}: line {}", path, i + 1)};
    };
    add(sentence(sources, source), sentence(targets, target), i + 1, pairs);
  }
  return checked(std::move(pairs), source);
}

ParallelText read_parallel(const std::string& tsv) {
  TextLines lines(tsv);
  ParallelText pairs;
  for (std::string line; lines.next(line, Encoding::utf8, instead);) {
    if (is_blank(line)) {
      ++pairs.blank;
      continue;
    }
    const auto columns = split_at_tabs(line);
    if (columns.size() != 2)
      fail("parallel", fmt::format("{}: expected two columns, source and target, got {}; put one tab between them",
                                   lines.place(), columns.size()));
    add({std::string(columns[0]), lines.place() + ": the source"},
        {std::string(columns[1]), lines.place() + ": the target"}, lines.number(), pairs);
  }
  return checked(std::move(pairs), tsv);
}

}  // namespace rw::inline REWIND_ABI::datasets
