#include "autograd/gradcheck.hpp"

#include <catch2/catch.hpp>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/record.hpp"
#include "autograd/rng.hpp"

using namespace rw;
using X = const Tensors&;

namespace {

Array values(const Shape& shape) {
  Rng rng(1);
  return rng.uniform(shape, 0.5, 2);
}
Array cubed(const Tensor& x) { return (x * x * x).value(); }

// In double the default steps, in float wide ones that rounding does not drown.
GradcheckOptions options() {
  return sizeof(Scalar) == 8 ? GradcheckOptions{} : GradcheckOptions{.eps = 1e-2, .atol = 2e-2, .rtol = 2e-2};
}

}  // namespace

TEST_CASE("a right rule passes") {
  const auto cube = [](X x) {
    return record("cube", cubed(x[0]), wrt(x[0], [a = x[0]](auto& dy) { return dy * (3 * a * a); }));
  };
  CHECK(gradcheck("cube", cube, {parameter(values(Shape{2, 3}))}, options()).message == "");
  CHECK(gradgradcheck("cube", cube, {parameter(values(Shape{2, 3}))}, options()).message == "");
}

TEST_CASE("a wrong rule is caught") {
  const auto cube = [](X x) {
    return record("cube", cubed(x[0]), wrt(x[0], [a = x[0]](auto& dy) { return dy * (2 * a * a); }));
  };
  const Function f = [&](X x) { return Tensors{cube({x[1]})}; };
  const GradcheckResult result = gradcheck("cube", f, {Tensor(Scalar(1)), parameter(values(Shape{2}))}, options());
  CHECK(!result);
  CHECK_THAT(
      result.message,
      Catch::Matches(R"(\[cube\] gradient of input 1, element 0 of \(2\): analytic [-0-9.e]+, numeric [-0-9.e]+)"));
}

TEST_CASE("a transposed gradient is caught") {
  const auto f = [](X x) {
    return record("twice", (x[0] + x[0]).value(), wrt(x[0], [](auto& dy) { return transpose(dy + dy); }));
  };
  CHECK(!gradcheck("twice", f, {parameter(values(Shape{3, 3}))}, options()));
  const GradcheckResult misshapen = gradcheck("twice", f, {parameter(values(Shape{2, 3}))}, options());
  CHECK(!misshapen);
  CHECK_THAT(misshapen.message, Catch::Contains("(2, 3)") && Catch::Contains("(3, 2)"));
}

TEST_CASE("a rule that is cut from the tape passes once and fails twice") {
  const auto cube = [](X x) {
    return record("cube", cubed(x[0]), wrt(x[0], [a = detach(x[0])](auto& dy) { return dy * (3 * a * a); }));
  };
  CHECK(gradcheck("cube", cube, {parameter(values(Shape{2}))}, options()));
  const GradcheckResult second = gradgradcheck("cube", cube, {parameter(values(Shape{2}))}, options());
  CHECK(!second);
  CHECK_THAT(second.message, Catch::StartsWith("[cube twice] gradient of input 0, element 0 of (2): analytic 0, "));
}

TEST_CASE("a missing input gradient is caught") {
  const auto f = [](X x) { return x[0] * detach(x[1]); };
  const Tensors inputs = {parameter(values(Shape{2})), parameter(values(Shape{2}))};
  CHECK_THAT(gradcheck("mul", f, inputs, options()).message,
             Catch::StartsWith("[mul] gradient of input 1, element 0 of (2): analytic 0, numeric "));
}

TEST_CASE("constants are not checked, inputs stay, several outputs count") {
  const Tensors inputs = {parameter(values(Shape{2})), Tensor(values(Shape{2}))};
  const Array before = inputs[0].value();
  const Function f = [](X x) { return Tensors{x[0] * detach(x[1]), exp(x[0]), x[0], Tensor(Scalar(1))}; };
  CHECK(gradcheck("several", f, inputs, options()).message == "");
  CHECK(gradgradcheck("several", f, inputs, options()).message == "");
  CHECK((inputs[0].value() == before));
  CHECK(!inputs[0].grad().defined());
}

TEST_CASE("an error inside the function is reported") {
  const auto f = [](X x) { return matmul(x[0], x[0]); };
  CHECK_THAT(gradcheck("square", f, {parameter(values(Shape{2, 3}))}).message, Catch::StartsWith("[square] [matmul] "));
  CHECK_THAT(gradgradcheck("square", f, {parameter(values(Shape{2, 3}))}).message,
             Catch::StartsWith("[square] [matmul] "));
}

TEST_CASE("checks: words of the shared errors") {
  CHECK(to_string(Shape{}) == "()");
  CHECK(to_string(Shape{3}) == "(3)");
  CHECK(to_string(Shape{3, 4}) == "(3, 4)");
  CHECK_THROWS_WITH(check_shape("lstm", "state h", Shape{4, 32}, Shape{4, 31}),
                    "[lstm] state h: expected (4, 32), got (4, 31)");
  CHECK_THROWS_WITH(check_rank("x", "input", 1, Shape{4, 31}), "[x] input: expected 1 axis, got (4, 31)");
  CHECK(broadcast_shape("x", Shape{3, 1}, Shape{2, 1, 4}) == Shape{2, 3, 4});
  CHECK(broadcast_shape("x", Shape{0}, Shape{1}) == Shape{0});
  CHECK_THROWS_WITH(broadcast_shape("add", Shape{2, 3}, Shape{4}),
                    "[add] a (2, 3) and b (4) do not broadcast: sizes 3 and 4 of axis -1 differ");
  const Shape huge{100'000, 100'000, 100'000};
  const std::string wanted = sizeof(Scalar) == 4 ? "4000.0 TB" : "8000.0 TB";
  CHECK_THROWS_WITH(allocate("matmul", huge), "[matmul] out of memory: (100000, 100000, 100000) wants " + wanted +
                                                  ", no tape is recording; use a smaller batch or a shorter sequence");
  Tape tape;
  CHECK_THROWS_WITH(allocate("matmul", huge), Catch::Contains("the tape holds 0 bytes in 0 entries"));
}
