// checkpoint(f, inputs) is f(inputs), whatever f reads: the same bits, and derivatives of derivatives up to rounding.
#include "autograd/checkpoint.hpp"

#include <functional>

#include "autograd/gradcheck.hpp"
#include "autograd/levers.hpp"
#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/profile.hpp"
#include "autograd/tape.hpp"
#include "tests/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

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

TEST_CASE("the tape keeps inputs and results alone; f runs again for each rewinding", "[checkpoint]") {
  const Tensor x = normal({8, 8}, 1);
  int runs = 0;
  const Function f = [&](const Tensors& z) {
    ++runs;
    Tensor y = z[0];
    for (int i = 0; i < 10; ++i) y = exp(tanh(y));
    return Tensors{y};
  };
  {
    const Tensor y = checkpoint(f, {x})[0];
    CHECK(runs == 1);
    CHECK_FALSE(y.requires_grad());
  }
  Tape tape;
  const Tensor y = sum(checkpoint(f, checkpoint(f, {x}))[0]);
  CHECK(runs == 3);
  CHECK(tape.size() == 4);  // the leaf, twice f, sum
  CHECK(tape.bytes() < 3 * 8 * 8 * sizeof(Scalar));
  const Tensor first = tape.grad({y}, {x}, {}, {.retain_graph = true})[0];
  CHECK(runs == 5);
  CHECK(tape.size() == 4);
  const Tensor second = tape.grad({y}, {x}, {}, {.retain_graph = true})[0];
  CHECK(first.value() == second.value());
  tape.backward(y);
  CHECK(x.grad().value() == first.value());
  CHECK(tape.size() == 0);
  CHECK_THROWS_WITH(tape.backward(y), Contains("retain_graph"));
}

TEST_CASE("f is not run again for gradients that nobody wants", "[checkpoint]") {
  const Tensor x = normal({3}, 1), y = normal({3}, 2);
  int runs = 0;
  const Function f = [&](const Tensors& z) { return ++runs, Tensors{z[0] * z[0]}; };
  Tape tape;
  const Tensor a = sum(checkpoint(f, {x})[0]), b = sum(y * y);
  tape.grad({a + b}, {y});
  CHECK(runs == 1);
}

TEST_CASE("generators: f draws the same again, and who draws next does not notice", "[checkpoint]") {
  const Tensor x = normal({40}, 1), w = normal({40}, 2);
  const auto run = [&](bool recompute) {
    Rng rng(3), other(4);
    const Function f = [&](const Tensors& z) { return Tensors{dropout(dropout(z[0], 0.5, rng) * w, 0.3, other)}; };
    Tape tape;
    Tensors h{x};
    for (int i = 0; i < 3; ++i) h = recompute ? checkpoint(f, h, {&rng, &other, &rng}) : f(h);
    tape.backward(sum(h[0]));
    Tensors all{h[0], x.grad(), w.grad(), Tensor(rng.uniform({2}, 0, 1)), Tensor(other.uniform({2}, 0, 1))};
    for (Tensor leaf : {x, w}) leaf.zero_grad();
    return all;
  };
  const Tensors a = run(false), b = run(true);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].value() == b[i].value());
}

TEST_CASE("an f that does something else the second time is found out", "[checkpoint]") {
  Tensor x = normal({40}, 1), scale = Array(Shape{40}, Scalar(2));
  Rng rng(3);
  const auto message = [&](
                           const Function& f, const std::function<void()>& before_rewinding = [] {}) {
    Tape tape;
    const Tensor y = sum(checkpoint(f, {x})[0]);
    before_rewinding();
    const std::string said = message_of([&] { tape.backward(y, {.retain_graph = true}); });
    CHECK(tape.size() == 3);
    return said;
  };
  const std::string other =
      "[checkpoint] f came to another result 0 (40) when it was run again: list the generators that it draws from, and "
      "change nothing that it reads before the tape is rewound; while rewinding 'checkpoint' of scope ''";
  CHECK(message([&](const Tensors& z) { return Tensors{dropout(z[0], 0.5, rng)}; }) == other);
  CHECK(message([&](const Tensors& z) { return Tensors{z[0] * scale}; }, [&] { scale.mutate().data()[0] = 3; }) ==
        other);
  int runs = 0;
  CHECK(message([&](const Tensors& z) { return Tensors{runs++ == 0 ? exp(z[0]) : sum(z[0])}; }) == other);
  runs = 0;
  CHECK(message([&](const Tensors& z) { return runs++ == 0 ? Tensors{exp(z[0])} : Tensors{}; }) == other);
  runs = 0;
  const Function fails = [&](const Tensors& z) {
    if (runs++ > 0) fail("f", "is tired");
    return Tensors{exp(z[0])};
  };
  CHECK(message(fails) == "[f] is tired; while rewinding 'checkpoint' of scope ''");
  CHECK_THAT(message([](const Tensors& z) { return Tensors{exp(z[0])}; }, [&] { x.mutate().data()[0] = 3; }),
             Contains("[checkpoint] a tensor (40) was changed in place"));
  CHECK_FALSE(x.grad().defined());
}

TEST_CASE("tensors of other tapes are refused when f runs first, as without checkpoint()", "[checkpoint]") {
  const Tensor x = normal({3}, 1);
  Tensor dead;
  {
    Tape tape;
    dead = exp(x);
  }
  Tape tape;
  const Tensor outer = exp(x);
  CHECK_THROWS_WITH(checkpoint([&](const Tensors& z) { return Tensors{z[0] * dead}; }, {x}), Contains("has ended"));
  CHECK_THROWS_WITH(checkpoint([&](const Tensors& z) { return Tensors{z[0] * x}; }, {dead}), Contains("has ended"));
  const Tape inner;
  CHECK_THROWS_WITH(checkpoint([&](const Tensors& z) { return Tensors{z[0] * outer}; }, {x}),
                    Contains("is on an outer tape while an inner one records"));
}

TEST_CASE("what f leaves elsewhere is on no tape", "[checkpoint]") {
  const Tensor x = normal({3}, 1);
  Tensor left;
  Tape tape;
  const Tensor y = checkpoint([&](const Tensors& z) { return left = exp(z[0]), Tensors{left * left}; }, {x})[0];
  CHECK_FALSE(left.requires_grad());
  tape.grad({sum(y)}, {x}, {}, {.retain_graph = true});
  CHECK_THROWS_WITH(left * left, Contains("has ended or was rewound"));
}

TEST_CASE("scopes, observers and profiles see what is run again", "[checkpoint]") {
  struct Steps : TapeObserver {
    Tape& tape;
    std::vector<std::string> handed_in;
    explicit Steps(Tape& t) : tape(t) { tape.observe(*this); }
    void handed(std::size_t entry, std::size_t, const Tensor&) override {
      handed_in.push_back(tape.scope_name(tape.entries()[entry].scope) + ": " + tape.entries()[entry].op);
    }
  };
  const Tensor x = normal({3}, 1);
  Tape tape;
  const Profile& profile = tape.profile();
  Tensor y;
  {
    const Scope scope("segment", 2);
    y = checkpoint(
        [](const Tensors& z) {
          const Scope inside("step", 5);
          return Tensors{exp(z[0])};
        },
        {x})[0];
  }
  Steps steps(tape);
  tape.backward(sum(y));
  CHECK(steps.handed_in == std::vector<std::string>{": sum", "segment=2/step=5: exp"});
  std::size_t calls = 0;
  for (const Profile::Line& line : profile.lines()) calls += line.op == std::string("exp") ? line.calls : 0;
  CHECK(calls == 1);
  tape.forget(steps);
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
