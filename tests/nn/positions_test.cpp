#include "nn/positions.hpp"

#include <cmath>

#include "tests/nn/gradients.hpp"

using namespace rw;

TEST_CASE("sinusoidal positions") {
  const Array rows = nn::sinusoidal_positions(3, 2, 4);
  for (std::size_t t = 0; t < 2; ++t)
    for (std::size_t i = 0; i < 2; ++i) {
      const double angle = static_cast<double>(3 + t) / std::pow(10000., static_cast<double>(i) / 2);
      CHECK(static_cast<double>(rows(t, 2 * i)) == Approx(std::sin(angle)).margin(1e-6));
      CHECK(static_cast<double>(rows(t, 2 * i + 1)) == Approx(std::cos(angle)).margin(1e-6));
    }
}

TEST_CASE("the product of turned vectors depends on their distance") {
  Rng rng(1);
  const Tensor q = rng.normal({1, 6}), k = rng.normal({1, 6});
  const auto product = [&](std::size_t at, std::size_t other) {
    return static_cast<double>(sum(nn::rotate(q, at) * nn::rotate(k, other)).item());
  };
  CHECK(product(3, 1) == Approx(product(12, 10)).margin(1e-5));
  CHECK(product(0, 0) == Approx(static_cast<double>(sum(q * k).item())).margin(1e-5));
  CHECK(std::abs(product(3, 1) - product(3, 2)) > 1e-3);
  const Tensor x = rng.normal({2, 5, 6});  // a piece is turned as it is in the whole
  check_close(nn::rotate(slice(x, 1, 2, 5), 2).value(), slice(nn::rotate(x), 1, 2, 5).value());
#ifdef REWIND_DOUBLE
  for (const auto& result :
       {gradcheck("rotate", [](const Tensors& v) { return nn::rotate(v[0], 2); }, {parameter(x.value())}),
        gradgradcheck("rotate", [](const Tensors& v) { return nn::rotate(v[0], 2); }, {parameter(x.value())})}) {
    INFO(result.message);
    CHECK(result.ok);
  }
#endif
  CHECK_THROWS_WITH(nn::rotate(Array(Shape{2, 3}, 1)), "[rotate] x (2, 3): expected (..., T, D) with an even D");
}

TEST_CASE("positions are added where a sequence begins") {
  Rng rng(2);
  const Array x = rng.normal({3, 2, 4});
  for (const std::string& kind : nn::position_names()) {
    INFO(kind);
    const nn::Positions positions(kind, 8, 4, rng);
    const Array whole = positions(Array(Shape{8, 2, 4}, 0)).value();
    const Array y = positions(x, 5).value();
    for (std::size_t i = 0; i < y.size(); ++i)
      CHECK(static_cast<double>(y.data()[i]) ==
            Approx(static_cast<double>(x.data()[i] + whole.data()[5 * 8 + i])).margin(1e-6));
    if (kind != "none") {
      CHECK_THROWS_WITH(positions(x, 6),
                        "[positions] a sequence of 9 steps, but the model has 8 positions: cut or leave out longer "
                        "ones, or train with more positions");
    }
  }
  for (const char* kind : {"learned", "sinusoidal"})
    CHECK_THROWS_WITH(nn::Positions(kind, 8, 6, rng)(x), "[positions] x (T, B, D): expected (3, 2, 6), got (3, 2, 4)");
  CHECK_THROWS_WITH(nn::Positions("sinus", 8, 4, rng),
                    "[positions] 'sinus': expected one of sinusoidal, learned, rotary, none");
#ifdef REWIND_DOUBLE
  check_gradients("learned positions", nn::Positions("learned", 8, 4, rng), {parameter(x)},
                  [](const nn::Positions& own, const Tensors& in) { return own(in[0], 2); });
#endif
}
