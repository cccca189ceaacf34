#include "datasets/word_shape.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace rw::inline REWIND_ABI::datasets {

WordShape word_shape(std::string_view token) {
  std::size_t length = 0, upper = 0, lower = 0, letters = 0, digits = 0;
  bool begins_upper = false;
  for (std::size_t i = 0; i < token.size(); ++length) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(token.data(), i, token.size(), c);
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
