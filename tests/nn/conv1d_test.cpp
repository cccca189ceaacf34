// Conv1d against plain loops.
#include "nn/conv1d.hpp"

#include <limits>

#include "autograd/gradcheck.hpp"
#include "tests/nn/support.hpp"

using namespace rw;

namespace {

// x (T, B, D), of which only the first `length` steps of each sequence are there.
Array convolved(const Array& x, const nn::Conv1d& layer, const IndexArray& lengths) {
  const Array &weight = layer.weight.value(), &bias = layer.bias.value();
  const std::size_t T = x.shape()[0], B = x.shape()[1], D = weight.shape()[1], W = weight.shape()[2], C = bias.size();
  Array y(Shape{T, B, C});
  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t b = 0; b < B; ++b)
      for (std::size_t c = 0; c < C; ++c) {
        auto total = static_cast<double>(bias(c));
        for (std::size_t w = 0; w < W; ++w) {
          const std::ptrdiff_t at = std::ptrdiff_t(t + w) - std::ptrdiff_t((W - 1) / 2);
          if (at < 0 || at >= lengths(b)) continue;
          for (std::size_t d = 0; d < D; ++d)
            total += static_cast<double>(weight(c, d, w)) * static_cast<double>(x(std::size_t(at), b, d));
        }
        y(t, b, c) = static_cast<Scalar>(total);
      }
  return y;
}

}  // namespace

TEST_CASE("a convolution is its loops, sequences shorter than the window included") {
  for (const std::size_t W : {1, 2, 3, 4, 5})
    for (const std::size_t T : {1, 2, 6}) {
      CAPTURE(W, T);
      Rng rng(W * 10 + T);
      nn::Conv1d layer(3, 4, W, rng);
      layer.bias = rng.normal({4});
      const Array x = rng.normal({T, 2, 3});
      const auto whole = static_cast<Index>(T);
      check_close(layer(x).value(), convolved(x, layer, indices({whole, whole})));
    }
}

TEST_CASE("a convolution reads padding as 0") {
  Rng rng(2);
  const nn::Conv1d layer(2, 3, 3, rng);
  Array x = rng.normal({4, 3, 2});
  const IndexArray lengths = indices({4, 1, 2});
  for (std::size_t b = 0; b < 3; ++b)
    for (auto t = static_cast<std::size_t>(lengths(b)); t < 4; ++t)
      x(t, b, 0) = x(t, b, 1) = std::numeric_limits<Scalar>::quiet_NaN();
  const nn::Mask mask = nn::mask_of_lengths(lengths, 4);
  const Tensor variable = parameter(x);
  Tape tape;
  const Tensor y = layer(variable, mask);
  check_close(y.value(), convolved(x, layer, lengths));
  const Tensor dx = tape.grad({sum(y * y)}, {variable})[0];
  for (std::size_t i = 0; i < x.size(); ++i)
    CHECK((std::isnan(x.data()[i]) ? dx.value().data()[i] == 0 : std::isfinite(dx.value().data()[i])));
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of a convolution") {
  for (const std::size_t W : {1, 2, 3}) {
    Rng rng(3);
    const nn::Conv1d layer(2, 3, W, rng);
    const nn::Mask mask = nn::mask_of_lengths(indices({4, 2}), 4);
    const auto f = [&](const Tensors& x) {
      nn::Conv1d own = layer;
      own.weight = x[1], own.bias = x[2];
      return own(x[0], mask);
    };
    const Tensors inputs{parameter(rng.normal({4, 2, 2})), parameter(layer.weight.value()), parameter(rng.normal({3}))};
    for (const auto& result : {gradcheck("conv1d", f, inputs), gradgradcheck("conv1d", f, inputs)}) {
      INFO(result.message);
      CHECK(result.ok);
    }
  }
}
#endif

TEST_CASE("a convolution's parameters are PyTorch's; what does not fit is named") {
  Rng rng(4);
  nn::Conv1d layer(2, 5, 3, rng);
  std::string names;
  for (const auto& [name, p] : nn::named_parameters(layer)) names += name + to_string(p.shape()) + " ";
  CHECK(names == "weight(5, 2, 3) bias(5) ");
  CHECK_THROWS_WITH(nn::Conv1d(2, 5, 0, rng), "[conv1d] width 0: expected at least 1");
  CHECK_THROWS_WITH(layer(Array(Shape{4, 1, 3})), "[conv1d] input: expected (4, 1, 2), got (4, 1, 3)");
  CHECK_THROWS_WITH(layer(Array(Shape{4, 1, 2}), nn::Mask(Array(Shape{4, 2}, 1))),
                    "[conv1d] mask: expected (4, 1), got (4, 2)");
}
