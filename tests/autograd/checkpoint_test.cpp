// checkpoint(f, inputs) is f(inputs), whatever f reads: the same bits, and derivatives of derivatives up to rounding.
#include "autograd/checkpoint.hpp"

#include <functional>

#include "autograd/gradcheck.hpp"
#include "autograd/levers.hpp"
#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/tape.hpp"
#include "tests/support.hpp"

using namespace rw;

namespace {

// Runs f, with checkpoint() or without.
using Runner = std::function<Tensors(const Function&, const Tensors&)>;
const Runner plain = [](const Function& f, const Tensors& x) { return f(x); };
const Runner again = [](const Function& f, const Tensors& x) { return checkpoint(f, x); };

// The network's gradients, by backward() and by grad(), the latter also with the derivatives recorded.
using Network = std::function<Tensor(const Runner&)>;
void check_same(const Network& network, const Tensors& leaves) {
  Tensors second[2];  // derivatives of the gradient's square
  const auto gradients = [&](const Runner& runner, Tensors& twice_derived) {
    Tensors all;
    {
      Tape tape;
      const Tensor y = network(runner);
      all.push_back(detach(y));
      tape.backward(y);
      for (Tensor leaf : leaves) all.push_back(leaf.grad()), leaf.zero_grad();
    }
    for (const bool twice : {false, true}) {
      Tape tape;
      const Tensors g = tape.grad({network(runner)}, leaves, {}, {.create_graph = twice});
      for (const Tensor& each : g) all.push_back(detach(each));
      if (!twice) continue;
      Tensor squares = Scalar(0);
      for (const Tensor& each : g) squares = squares + sum(each * each);
      if (!squares.requires_grad()) continue;
      twice_derived = tape.grad({squares}, leaves);
    }
    return all;
  };
  const Tensors a = gradients(plain, second[0]), b = gradients(again, second[1]);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    INFO("tensor " << i);
    REQUIRE(a[i].defined() == b[i].defined());
    if (a[i].defined()) CHECK(a[i].value() == b[i].value());
  }
  for (std::size_t i = 0; i < second[0].size(); ++i)
    check_close(second[1].at(i).value(), second[0][i].value(), 10 * tolerance);
}

Tensor normal(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return parameter(rng.normal(shape));
}

}  // namespace

TEST_CASE("a chain of products in segments: the same gradients to the bit", "[checkpoint]") {
  const Tensor x = normal({5, 7}, 1), w = normal({7, 7}, 2), b = normal({7}, 3);
  const auto segment = [&](const Tensors& h) {
    Tensor y = h[0];
    for (int i = 0; i < 3; ++i) y = tanh(affine(y, w, b));
    return Tensors{y};
  };
  const Network network = [&](const Runner& run) {
    Tensors h{x};
    for (int s = 0; s < 4; ++s) h = run(segment, h);
    return sum(h[0] * matmul(h[0], w));
  };
  check_same(network, {x, w, b});
  for (bool Levers::*lever : {&Levers::joined_gradients, &Levers::packed_weights, &Levers::slabs}) {
    levers().*lever = false;
    check_same(network, {x, w, b});
    levers().*lever = true;
  }
  const AnomalyMode anomaly;
  check_same(network, {x, w, b});
}

TEST_CASE("a weight's products are joined alike, however many rows wait", "[checkpoint]") {
  const Tensor x = normal({300, 6}, 1), w = normal({6, 6}, 2);
  for (const int steps : {1, 3, 4})
    check_same(
        [&](const Runner& run) {
          Tensors h{x};
          for (int s = 0; s < 5; ++s)
            h = run(
                [&](const Tensors& z) {
                  Tensor y = z[0];
                  for (int i = 0; i < steps; ++i) y = tanh(matmul(y, w));
                  return Tensors{y};
                },
                h);
          return mean(h[0]);
        },
        {x, w});
}

TEST_CASE("what else f reads gets its gradient: parameters, tensors of the tape", "[checkpoint]") {
  const Tensor x = normal({4}, 1), p = normal({4}, 2), unused = normal({4}, 3);
  check_same(
      [&](const Runner& run) {
        const Tensor between = exp(p), before = x * p;
        const Tensor y = run([=](const Tensors& z) { return Tensors{z[0] * between * p + between}; }, {before})[0];
        return sum(y * between) + sum(p);  // read before, inside and after
      },
      {x, p, unused});
  check_same([&](const Runner& run) { return sum(run([&](const Tensors&) { return Tensors{p * p}; }, {})[0]); },
             {x, p});
}

TEST_CASE("several results: some unused, one twice, one a constant, one handed through", "[checkpoint]") {
  const Tensor x = normal({3}, 1), y = normal({3}, 2), constant = Array(Shape{3}, Scalar(2));
  const Function f = [&](const Tensors& z) {
    const Tensor a = tanh(z[0]) * z[1], unused = exp(z[1]);
    return Tensors{
        a, z[1], unused, a, constant, Tensor(), pointwise([](auto u, auto v) { return u * v + u; }, a, z[1])};
  };
  check_same(
      [&](const Runner& run) {
        const Tensors r = run(f, {x, y});
        CHECK(r[0].is(r[3]));
        CHECK(r[1].is(y));
        CHECK_FALSE(r[5].defined());
        return sum(r[0] * r[1] + exp(r[3]) * r[4] + r[6] * r[0]);
      },
      {x, y});
  CHECK_FALSE(constant.requires_grad());

  Tape tape;  // nothing but constants
  const Tensors r = checkpoint([&](const Tensors& z) { return Tensors{z[0] * z[0]}; }, {constant});
  CHECK_FALSE(r[0].requires_grad());
  CHECK(tape.size() == 0);
  const Tensors same = checkpoint([](const Tensors& z) { return z; }, {x});
  CHECK(same[0].is(x));
  CHECK(tape.size() == 0);
}

TEST_CASE("checkpoints in checkpoints", "[checkpoint]") {
  const Tensor x = normal({4, 4}, 1), w = normal({4, 4}, 2);
  check_same(
      [&](const Runner& run) {
        const Function inner = [=](const Tensors& z) { return Tensors{tanh(matmul(z[0], w)) * z[0]}; };
        const Function middle = [=](const Tensors& z) { return run(inner, run(inner, z)); };
        const Function outer = [=](const Tensors& z) { return Tensors{run(middle, run(middle, z))[0] * w}; };
        return sum(run(outer, run(outer, {x}))[0]);
      },
      {x, w});
}

TEST_CASE("a tape inside of f is its own", "[checkpoint]") {
  const Tensor x = normal({3}, 1), w = normal({3}, 2);
  check_same(
      [&](const Runner& run) {
        const Function f = [&](const Tensors& z) {
          const Tensor g = vjp([&](const Tensors& v) { return Tensors{v[0] * v[0] * w}; }, {z[0]}, {w}).products[0];
          return Tensors{z[0] * g};
        };
        return sum(run(f, {x})[0] * w);
      },
      {x, w});
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck through checkpoint()", "[checkpoint]") {
  const Tensor a = normal({2, 3}, 1), w = normal({3, 3}, 2), constant = Array(Shape{3}, Scalar(0.5));
  const Function f = [&](const Tensors& x) {
    const Function segment = [w = x[1], c = x[2]](const Tensors& h) {
      return Tensors{tanh(matmul(h[0], w)) * c, sum(h[0] * h[0])};
    };
    const Tensors h = checkpoint(segment, {x[0]});
    return checkpoint([segment](const Tensors& z) { return checkpoint(segment, z); }, {h[0] + h[1]});
  };
  for (const Tensors& inputs : {Tensors{a, w, constant}, Tensors{a, w, parameter(constant.value())}}) {
    const GradcheckResult once = gradcheck("checkpoint", f, inputs), twice = gradgradcheck("checkpoint", f, inputs);
    CHECK(once.message == "");
    CHECK(twice.message == "");
  }
}
#endif
