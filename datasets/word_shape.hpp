// What a token looks like: the word it is looked up as, and its shape, which that word no longer shows.
#pragma once

#include <string>
#include <string_view>

#include "datasets/tokenizer.hpp"

namespace rw::inline REWIND_ABI::datasets {

// A token in lower case, with digits folded to 0, as the options say: what a tokenizer does to a whole text.
std::string normalised(std::string_view token, const TokenizerOptions& options);

enum class WordShape : Index {
  none,         // padding
  lower,        // film, don't
  capitalised,  // Paris, Jean-luc
  one_capital,  // A, B.
  capitals,     // NATO, U.S.
  mixed,        // iPhone, McDonald
  no_case,      // letters of a script without capitals
  number,       // 1990
  numeric,      // digits and marks: 3.5, 10-20
  with_digit,   // letters and digits: B2B, 1st
  marks,        // neither letters nor digits
};
constexpr std::size_t word_shapes = 11;

WordShape word_shape(std::string_view token);

}  // namespace rw::inline REWIND_ABI::datasets
