#include "models/input_gradients.hpp"

#include <algorithm>
#include <cmath>

namespace rw::inline REWIND_ABI::models {

Array norms_of_rows(const Array& x, const Shape& shape) {
  const std::size_t D = x.shape()[1];
  Array norms(shape);
  for (std::size_t i = 0; i < norms.size(); ++i) {
    double norm = 0;  // without squares, which gradients that vanish or explode have not
    for (std::size_t d = 0; d < D; ++d) norm = std::hypot(norm, static_cast<double>(x.data()[i * D + d]));
    norms.data()[i] = static_cast<Scalar>(norm);
  }
  return norms;
}

std::vector<double> mean_by_distance(const Array& norms, const IndexArray& lengths) {
  const std::size_t B = lengths.size();
  std::vector<double> means(static_cast<std::size_t>(*std::min_element(lengths.begin(), lengths.end())));
  for (std::size_t d = 0; d < means.size(); ++d) {
    for (std::size_t b = 0; b < B; ++b)
      means[d] += static_cast<double>(norms(static_cast<std::size_t>(lengths.data()[b]) - 1 - d, b));
    means[d] /= static_cast<double>(B);
  }
  return means;
}

}  // namespace rw::inline REWIND_ABI::models
