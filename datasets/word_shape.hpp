// What a token looks like, which its word in lower case no longer shows.
#pragma once

#include <string_view>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::datasets {

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
