#include "datasets/word_vectors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "datasets/text_file.hpp"
#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

template <class T>
bool parse(std::string_view field, T& number) {
  const auto [end, error] = std::from_chars(field.begin(), field.end(), number);
  return error == std::errc() && end == field.end();
}

// The fields between single spaces or tabs; word2vec ends its lines with one.
void split(std::string_view line, std::vector<std::string_view>& fields) {
  constexpr const char* blanks = " \t";
  fields.clear();
  line = line.substr(0, line.find_last_not_of(blanks) + 1);
  for (std::size_t at; (at = line.find_first_of(blanks)) != line.npos; line.remove_prefix(at + 1))
    fields.push_back(line.substr(0, at));
  fields.push_back(line);
}

class Reader {
 public:
  Reader(const std::string& path, const WordVocabulary& vocabulary)
      : path_(path), lines_(path), vocabulary_(vocabulary), found_(vocabulary.size()) {}

  WordVectors read(Rng& rng) {
    for (std::string line; lines_.next(line);) {
      check_no_nul(line, lines_.place(), "the text form of these vectors");
      split(line, fields_);
      if (lines_.number() > 1 || !is_header()) add(line);
    }
    if (promised_ > 0 && vectors_read_ != promised_)
      fail("vectors", fmt::format("{}: line 1 promises {} vectors, got {}; fetch the file again", path_, promised_,
                                  vectors_read_));
    if (std::find(found_.begin(), found_.end(), true) == found_.end())
      fail("vectors", fmt::format("{}: has none of the {} words of the vocabulary; give vectors of the same language "
                                  "and case",
                                  path_, vocabulary_.words().size()));
    draw_the_others(rng);
    return {std::move(vectors_), std::move(found_)};
  }

 private:
  [[noreturn]] void fail_here(const std::string& what) const { fail("vectors", lines_.place() + ": " + what); }

  bool is_header() {
    std::size_t vectors = 0, width = 0;
    if (fields_.size() != 2 || !parse(fields_[0], vectors) || !parse(fields_[1], width)) return false;
    promised_ = vectors, width_ = width;
    return true;
  }

  void add(const std::string& line) {
    const std::string_view word = word_of(line);
    ++vectors_read_;
    const Index index = vocabulary_.encode(word);
    const auto row = static_cast<std::size_t>(index);
    if (index == WordVocabulary::unknown || found_[row]) return;
    if (vectors_.dimension() == 0) vectors_ = zeros("vectors", Shape{vocabulary_.size(), width_});
    for (std::size_t d = 0; d < width_; ++d)
      vectors_.data()[row * width_ + d] = number(fields_[fields_.size() - width_ + d]);
    found_[row] = true;
  }

  // All before the last D fields. Some of GloVe's words have spaces in them: then these are no numbers.
  std::string_view word_of(const std::string& line) {
    const std::size_t numbers = fields_.size() - 1;
    if (width_ == 0) width_ = numbers;
    if (width_ == 0) fail_here("expected a word and its numbers; give word vectors in text form");
    double surplus = 0;
    if (numbers < width_ || (numbers > width_ && parse(fields_[numbers - width_], surplus)))
      fail_here(fmt::format("expected {} numbers after the word, got {}; all vectors of a file have one width", width_,
                            numbers));
    return {line.data(), fields_[numbers - width_].data() + fields_[numbers - width_].size()};
  }

  Scalar number(std::string_view field) const {
    double value = 0;
    if (!parse(field, value) || !std::isfinite(static_cast<Scalar>(value)))
      fail_here(fmt::format("'{}' is not a finite number", field));
    return static_cast<Scalar>(value);
  }

  // Unfound rows are 0 so far, and padding's stays so.
  void draw_the_others(Rng& rng) {
    double squares = 0;
    for (Scalar x : vectors_.storage()) squares += static_cast<double>(x) * static_cast<double>(x);
    const auto known = static_cast<std::size_t>(std::count(found_.begin(), found_.end(), true));
    const double deviation = std::sqrt(squares / static_cast<double>(known * width_));
    for (std::size_t row = WordVocabulary::unknown; row < found_.size(); ++row)
      if (!found_[row])
        for (std::size_t d = 0; d < width_; ++d)
          vectors_.data()[row * width_ + d] = static_cast<Scalar>(deviation * rng.normal());
  }

  std::string path_;
  TextLines lines_;
  const WordVocabulary& vocabulary_;
  std::vector<std::string_view> fields_;  // of the current line
  std::size_t promised_ = 0, width_ = 0;  // what the first line says, or 0; D
  std::size_t vectors_read_ = 0;
  Array vectors_;
  std::vector<bool> found_;
};

}  // namespace

WordVectors load_word_vectors(const std::string& path, const WordVocabulary& vocabulary, Rng& rng) {
  return Reader(path, vocabulary).read(rng);
}

}  // namespace rw::inline REWIND_ABI::datasets
