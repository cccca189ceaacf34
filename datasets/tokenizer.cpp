#include "datasets/tokenizer.hpp"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utf8.h>

#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>

namespace rw::inline REWIND_ABI::datasets {
namespace {

std::unique_ptr<icu::BreakIterator> word_boundaries() {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::BreakIterator> words(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  if (U_FAILURE(status)) fail("tokenizer", std::string("ICU has no word boundaries: ") + u_errorName(status));
  return words;
}

// The characters begin ... end - 1 in UTF-8, or "" if none of them can be seen.
std::string token_of(const icu::UnicodeString& text, std::int32_t begin, std::int32_t end, bool fold_digits) {
  std::string token;
  bool seen = false;
  for (std::int32_t i = begin; i < end; i = text.moveIndex32(i, 1)) {
    UChar32 c = text.char32At(i);
    seen = seen || !(u_isUWhiteSpace(c) || u_iscntrl(c));
    if (fold_digits && u_isdigit(c)) c = '0';
    utf8::unchecked::append(static_cast<std::uint32_t>(c), std::back_inserter(token));
  }
  return seen ? token : std::string();
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
  if (source.size() > std::numeric_limits<std::int32_t>::max())
    fail("tokenizer", "text: " + std::to_string(source.size()) + " bytes; give texts of less than 2 GiB, one by one");
  auto& [words, text] = *engine_;
  text = icu::UnicodeString::fromUTF8({source.data(), static_cast<std::int32_t>(source.size())});
  if (options_.lower_case) text.toLower(icu::Locale::getRoot());
  words->setText(text);
  std::vector<std::string> tokens;
  std::int32_t begin = words->first();
  for (std::int32_t end; (end = words->next()) != icu::BreakIterator::DONE; begin = end)
    if (std::string token = token_of(text, begin, end, options_.fold_digits); !token.empty())
      tokens.push_back(std::move(token));
  return tokens;
}

}  // namespace rw::inline REWIND_ABI::datasets
