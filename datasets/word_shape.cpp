#include "datasets/word_shape.hpp"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <limits>

namespace rw::inline REWIND_ABI::datasets {
namespace {

icu::UnicodeString from_utf8(std::string_view token) {
  if (token.size() > std::numeric_limits<std::int32_t>::max())
    fail("word_shape", "token: " + std::to_string(token.size()) + " bytes; give tokens of less than 2 GiB");
  return icu::UnicodeString::fromUTF8({token.data(), static_cast<std::int32_t>(token.size())});
}

}  // namespace

std::string normalised(std::string_view token, const TokenizerOptions& options) {
  icu::UnicodeString text = from_utf8(token), result;
  if (options.lower_case) text.toLower(icu::Locale::getRoot());
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    result.append(options.fold_digits && u_isdigit(c) ? UChar32{'0'} : c);
  }
  std::string word;
  return result.toUTF8String(word);
}

WordShape word_shape(std::string_view token) {
  const icu::UnicodeString text = from_utf8(token);
  std::size_t length = 0, upper = 0, lower = 0, letters = 0, digits = 0;
  bool begins_upper = false;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1), ++length) {
    const UChar32 c = text.char32At(i);
    const bool is_upper = u_isupper(c) || u_istitle(c);
    if (length == 0) begins_upper = is_upper;
    upper += is_upper, lower += u_islower(c), letters += u_isalpha(c), digits += u_isdigit(c);
  }
  if (letters == 0) return digits == 0 ? WordShape::marks : digits == length ? WordShape::number : WordShape::numeric;
  if (digits > 0) return WordShape::with_digit;
  if (upper == 0) return lower > 0 ? WordShape::lower : WordShape::no_case;
  if (letters == 1) return WordShape::one_capital;
  if (lower == 0) return WordShape::capitals;
  return begins_upper && upper == 1 ? WordShape::capitalised : WordShape::mixed;
}

}  // namespace rw::inline REWIND_ABI::datasets
