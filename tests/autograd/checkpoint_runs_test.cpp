// What checkpoint(f, inputs) keeps, when it runs f, and what f must not do.
#include <functional>

#include "autograd/checkpoint.hpp"
#include "autograd/ops.hpp"
#include "autograd/profile.hpp"
#include "autograd/tape.hpp"
#include "tests/support.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

Tensor normal(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return parameter(rng.normal(shape));
}

}  // namespace

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
