#include "nn/init.hpp"

#include <cmath>
#include <xtensor-blas/xlinalg.hpp>

namespace rw::inline REWIND_ABI::nn::init {
namespace {

// Q of a normal matrix' QR, with the signs of R's diagonal, is uniform over the orthogonal matrices.
void orthonormal_columns(std::size_t rows, std::size_t columns, Rng& rng, Scalar* to, std::size_t row_step,
                         std::size_t column_step) {
  const Array normal = rng.normal({rows, columns});
  const xt::xtensor<Scalar, 2, xt::layout_type::column_major> a = normal;
  const auto [q, r] = xt::linalg::qr(a);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) to[i * row_step + j * column_step] = r(j, j) < 0 ? -q(i, j) : q(i, j);
}

}  // namespace

Tensor uniform(const Shape& shape, double bound, Rng& rng) { return parameter(rng.uniform(shape, -bound, bound)); }

Tensor recurrent(const Shape& shape, std::size_t hidden, Rng& rng) {
  return uniform(shape, 1 / std::sqrt(static_cast<double>(hidden)), rng);
}

Tensor glorot(std::size_t out, std::size_t in, Rng& rng, std::size_t gates) {
  return uniform({gates * out, in}, std::sqrt(6. / static_cast<double>(in + out)), rng);
}

Tensor orthogonal(std::size_t out, std::size_t in, Rng& rng, std::size_t gates) {
  Array weight(Shape{gates * out, in});
  for (std::size_t g = 0; g < gates; ++g) {
    Scalar* block = weight.data() + g * out * in;
    if (out >= in)
      orthonormal_columns(out, in, rng, block, in, 1);
    else
      orthonormal_columns(in, out, rng, block, 1, in);
  }
  return parameter(std::move(weight));
}

Tensor identity(std::size_t size) {
  Array weight(Shape{size, size}, 0);
  for (std::size_t i = 0; i < size; ++i) weight.data()[i * size + i] = 1;
  return parameter(std::move(weight));
}

Tensor constant(const Shape& shape, Scalar value) { return parameter(Array(shape, value)); }

}  // namespace rw::inline REWIND_ABI::nn::init
