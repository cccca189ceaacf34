#include "datasets/tokenizer.hpp"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utf8.h>

#include <cstdint>
#include <iterator>
#include <limits>

namespace rw::inline REWIND_ABI::datasets {
namespace {

std::unique_ptr<icu::BreakIterator> word_boundaries() {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> words(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) fail("tokenizer", std::string("ICU has no word boundaries: ") + u_errorName(status));
  return words;
}

icu::UnicodeString read(std::string_view source, const TokenizerOptions& options) {
  if (source.size() > std::numeric_limits<std::int32_t>::max())
    fail("tokenizer", "text: " + std::to_string(source.size()) + " bytes; give texts of less than 2 GiB, one by one");
  icu::UnicodeString text = icu::UnicodeString::fromUTF8({source.data(), static_cast<std::int32_t>(source.size())});
  if (options.lower_case) text.toLower(icu::Locale::getRoot());
  return text;
}

// Is any of the characters begin ... end - 1 neither white space nor a control?
bool visible(const icu::UnicodeString& text, std::int32_t begin, std::int32_t end) {
  for (std::int32_t i = begin; i < end; i = text.moveIndex32(i, 1))
    if (const UChar32 c = text.char32At(i); !(u_isUWhiteSpace(c) || u_iscntrl(c))) return true;
  return false;
}

// These characters in UTF-8.
std::string write(const icu::UnicodeString& text, std::int32_t begin, std::int32_t end,
                  const TokenizerOptions& options) {
  std::string word;
  for (std::int32_t i = begin; i < end; i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    utf8::unchecked::append(options.fold_digits && u_isdigit(c) ? '0' : static_cast<std::uint32_t>(c),
                            std::back_inserter(word));
  }
  return word;
}

}  // namespace

struct Tokenizer::Engine {
  std::unique_ptr<icu::BreakIterator> words = word_boundaries();
  icu::UnicodeString text;  // `words` looks at it
};

Tokenizer::Tokenizer(const TokenizerOptions& options) : options_(options), engine_(std::make_unique<Engine>()) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

std::vector<std::string> Tokenizer::operator()(std::string_view source) {
  auto& [words, text] = *engine_;
  text = read(source, options_);
  words->setText(text);
  std::vector<std::string> tokens;
  std::int32_t begin = words->first();
  for (std::int32_t end; (end = words->next()) != icu::BreakIterator::DONE; begin = end)
    if (visible(text, begin, end)) tokens.push_back(write(text, begin, end, options_));
  return tokens;
}

std::string normalised(std::string_view token, const TokenizerOptions& options) {
  const icu::UnicodeString text = read(token, options);
  return write(text, 0, text.length(), options);
}

}  // namespace rw::inline REWIND_ABI::datasets
