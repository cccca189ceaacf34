// Numbers as pages want them: four significant digits, tables over steps in two bytes each, strips of units in one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "autograd/array.hpp"
#include "nn/study/unrolled.hpp"

namespace rw::inline REWIND_ABI::examples {

nlohmann::json short_number(double x);  // null if it is not finite
nlohmann::json short_numbers(const std::vector<double>& x);

// Rows t of a (T, T or more) table up to the diagonal, packed as examples/page/packed.js reads them.
nlohmann::json triangle(const Array& table);

// The largest magnitude, and all of `rows`, each (1, H), as int8 in base64: value = int8 / 127 * scale.
struct Strip {
  double scale;
  std::string bytes;
};
Strip strip(const std::vector<Array>& rows);

nlohmann::json summary_json(const nn::Summary& s);  // [rms, min, max]

}  // namespace rw::inline REWIND_ABI::examples
