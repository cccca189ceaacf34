// The CRF against all paths, one by one.
#include "nn/crf.hpp"

#include "autograd/gradcheck.hpp"
#include "nn/data_parallel.hpp"
#include "tests/nn/crf_reference.hpp"
#include "tests/nn/support.hpp"

using namespace rw;
using namespace rw::crf_reference;

namespace {

void check_against_all_paths(const Problem& p) {
  const double margin = sizeof(Scalar) == 4 ? 2e-4 : 1e-9;
  const nn::CRF& crf = p.crf;
  const Tensor emissions = parameter(p.emissions);
  Tape tape;
  const Tensor log_z = crf.log_partition(emissions, p.mask);
  const Tensors got = tape.grad({sum(log_z)}, {emissions, crf.transitions, crf.start_transitions, crf.end_transitions});
  const Marginals expected(p);
  check_close(got[0].value(), expected.emissions, margin);
  check_close(got[1].value(), expected.transitions, margin);
  check_close(got[2].value(), expected.start, margin);
  check_close(got[3].value(), expected.end, margin);

  const IndexArray best = crf.decode(emissions, p.mask);
  for (std::size_t b = 0; b < p.B; ++b) {
    CHECK(number(log_z.value()(b)) == Approx(p.log_partition(b)).epsilon(margin).margin(margin));
    double highest = lowest;
    p.for_each_path(b, [&](const Path& y) { highest = std::max(highest, p.score(b, y)); });
    CHECK(p.score(b, p.tags_of(best, b)) == Approx(highest).epsilon(margin).margin(margin));
    for (std::size_t t = p.length(b); t < p.T; ++t) CHECK(best(t, b) == -100);
  }
}

// B, I, O, written without types: I only after B or I.
nn::AllowedTags bio() {
  nn::AllowedTags allowed{Array(Shape{3, 3}, 1), Array(Shape{3}, 1), Array(Shape{3}, 1)};
  allowed.transitions(2, 1) = allowed.start(1) = 0;
  return allowed;
}

}  // namespace

TEST_CASE("log Z, its gradients and the best tags are those of all paths") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    Rng rng(seed);
    Problem p(1 + rng.below(4), 1 + rng.below(5), 1 + rng.below(4), rng);
    check_against_all_paths(p);
    p.forbid_some(rng);
    check_against_all_paths(p);
  }
}

TEST_CASE("score and loss of given tags") {
  Rng rng(2);
  const Problem p(3, 6, 5, rng);
  const Array got = p.crf.score(p.emissions, p.tags, p.mask).value();
  double loss = 0;
  for (std::size_t b = 0; b < p.B; ++b) {
    const double expected = p.score(b, p.tags_of(p.tags, b));
    CHECK(number(got(b)) == Approx(expected).epsilon(1e-5));
    loss += (p.log_partition(b) - expected) / static_cast<double>(p.B);
  }
  CHECK(number(p.crf.loss(p.emissions, p.tags, p.mask).item()) == Approx(loss).epsilon(1e-5));
}

TEST_CASE("probabilities of all paths sum to 1") {
  Rng rng(3);
  const Problem p(3, 4, 1, rng);
  const std::size_t n = p.length(0);
  double total = 0;
  p.for_each_path(0, [&](const Path& y) {
    IndexArray tags(Shape{p.T, 1}, -1);
    for (std::size_t t = 0; t < n; ++t) tags(t, 0) = static_cast<Index>(y[t]);
    total += std::exp(-number(p.crf.loss(p.emissions, tags, p.mask).item()));
  });
  CHECK(total == Approx(1).epsilon(1e-4));
}

TEST_CASE("a CRF that knows no transitions is a softmax at each step") {
  Rng rng(4);
  nn::CRF crf(4, rng);
  for (const Tensor& p : nn::parameters(crf)) Tensor(p).mutate().fill(0);
  const Tensor emissions = rng.normal({5, 1, 4});
  IndexArray tags(Shape{5, 1});
  for (Index& tag : tags) tag = static_cast<Index>(rng.below(4));
  CHECK(number(crf.loss(emissions, tags).item()) == Approx(5 * number(cross_entropy(emissions, tags).item())));
}

TEST_CASE("what stands in a CRF's padding, and how much of it, changes no bit") {
  Rng rng(5);
  Problem p(3, 5, 3, rng);
  const auto run = [&](const Tensor& emissions, const IndexArray& tags, std::size_t T) {
    const Tensor variable = parameter(emissions.value());
    const nn::Mask mask = nn::mask_of_lengths(p.lengths, T);
    Tape tape;
    const Tensor loss = p.crf.loss(variable, tags, mask);
    Tensors all = tape.grad({loss}, {variable, p.crf.transitions, p.crf.start_transitions, p.crf.end_transitions});
    all[0] = slice(all[0], 0, 0, 5);
    all.push_back(loss.value());
    return all;
  };
  const Tensors expected = run(p.emissions, p.tags, 5);
  for (const Tensor& e : expected)
    for (const Scalar x : e.value()) CHECK(std::isfinite(x));
  IndexArray tags(Shape{8, 3}, -7);
  std::copy_n(p.tags.data(), p.tags.size(), tags.data());
  Tensor longer = concat({p.emissions, Array(Shape{3, 3, 3}, std::numeric_limits<Scalar>::infinity())});
  for (Scalar& e : longer.mutate())
    if (std::isnan(e)) e = Scalar(1e30);
  const Tensors got = run(longer, tags, 8);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK((got[i].value() == expected[i].value()));
}

TEST_CASE("large emissions neither overflow nor drown") {
  Rng rng(6);
  const nn::CRF crf(3, rng);
  Array emissions(Shape{4, 1, 3}, -10000);
  const IndexArray tags(Shape{4, 1}, 1);
  for (std::size_t t = 0; t < 4; ++t) emissions(t, 0, 1) = 10000;
  CHECK(number(crf.loss(emissions, tags).item()) == Approx(0).margin(0.05));
  CHECK((crf.decode(emissions) == tags));
}

TEST_CASE("forbidden tags: a finite loss, no gradient, never decoded") {
  Rng rng(7);
  nn::CRF crf(bio(), rng);
  Array emissions(Shape{3, 1, 3}, 0);
  for (std::size_t t = 0; t < 3; ++t) emissions(t, 0, 1) = Scalar(1e6);  // I at each step
  const IndexArray best = crf.decode(emissions);
  CHECK(best(0, 0) == 0);
  CHECK(best(1, 0) == 1);
  CHECK(best(2, 0) == 1);

  IndexArray broken(Shape{3, 1});
  broken(0, 0) = 1, broken(1, 0) = 2, broken(2, 0) = 1;
  const Tensor mild = parameter(rng.normal({3, 1, 3}));
  Tape tape;
  const Tensor loss = crf.loss(mild, broken);
  CHECK(number(loss.item()) == Approx(20000).epsilon(0.01));
  tape.backward(loss);
  CHECK(crf.transitions.grad().value()(2, 1) == 0);
  CHECK(crf.start_transitions.grad().value()(1) == 0);
  CHECK(crf.transitions.grad().value()(0, 1) != 0);
  for (const Scalar g : mild.grad().value()) CHECK(std::isfinite(g));
}

TEST_CASE("where every way is forbidden, decoding forbids itself least") {
  Rng rng(8);
  nn::AllowedTags allowed = bio();
  allowed.end(0) = allowed.end(2) = 0;  // ends with I, which cannot begin
  const nn::CRF crf(allowed, rng);
  const IndexArray one = crf.decode(rng.normal({1, 1, 3})), two = crf.decode(rng.normal({2, 1, 3}));
  CHECK((one(0, 0) >= 0 && one(0, 0) < 3));
  CHECK((two(0, 0) == 0 && two(1, 0) == 1));
}

TEST_CASE("a diverged network is decoded without harm, and its loss is NaN") {
  Rng rng(9);
  const nn::CRF crf(3, rng);
  const Array emissions(Shape{4, 2, 3}, not_a_number);
  for (const Index tag : crf.decode(emissions)) CHECK((tag >= 0 && tag < 3));
  CHECK(std::isnan(crf.loss(emissions, IndexArray(Shape{4, 2}, 0)).item()));
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of a CRF") {
  for (const bool constrained : {false, true}) {
    Rng rng(10);
    Problem p(3, 4, 3, rng);
    if (constrained) p.crf.forbidden(1) = p.crf.forbidden(9) = p.crf.forbidden(14) = 1;
    for (double& e : p.emissions)
      if (std::isnan(e)) e = 1;
    const Tensors inputs{parameter(p.emissions), parameter(p.crf.transitions.value()),
                         parameter(p.crf.start_transitions.value()), parameter(p.crf.end_transitions.value())};
    const auto with = [&](const Tensors& x) {
      nn::CRF crf = p.crf;
      crf.transitions = x[1], crf.start_transitions = x[2], crf.end_transitions = x[3];
      return crf;
    };
    const auto log_z = [&](const Tensors& x) { return with(x).log_partition(x[0], p.mask); };
    const auto loss = [&](const Tensors& x) { return with(x).loss(x[0], p.tags, p.mask); };
    for (const auto& result : {gradcheck("log_partition", log_z, inputs), gradgradcheck("log_partition", log_z, inputs),
                               gradcheck("loss", loss, inputs), gradgradcheck("loss", loss, inputs)}) {
      INFO(result.message);
      CHECK(result.ok);
    }
  }
}
#endif

TEST_CASE("copies of a constrained CRF run on threads") {
  Rng rng(11);
  nn::CRF crf(bio(), rng);
  const Array emissions = rng.normal({5, 4, 3});
  const IndexArray tags(Shape{5, 4}, 2);
  const Tensors parameters = nn::parameters(crf);
  const auto gradients = [&](std::size_t n) {
    Tape tape;
    return tape.grad({nn::parallel_loss(crf, rng, n,
                                        [&](const nn::CRF& own, std::size_t) {
                                          return own.loss(emissions, tags) / static_cast<Scalar>(n);
                                        })},
                     parameters);
  };
  const Tensors one = gradients(1), four = gradients(4);
  for (std::size_t i = 0; i < one.size(); ++i) check_close(four[i].value(), one[i].value());
}

TEST_CASE("a CRF's parameters have the names of pytorch-crf") {
  Rng rng(12);
  nn::CRF crf(3, rng);
  std::string names;
  for (const auto& [name, p] : nn::named_parameters(crf)) names += name + to_string(p.shape()) + " ";
  CHECK(names == "transitions(3, 3) start_transitions(3) end_transitions(3) ");
}

TEST_CASE("what does not fit a CRF is named") {
  Rng rng(13);
  const nn::CRF crf(3, rng);
  const Array x(Shape{2, 2, 3}, 0);
  const IndexArray tags(Shape{2, 2}, 0);
  IndexArray wrong = tags;
  wrong(1, 0) = 3;
  CHECK_THROWS_WITH(crf.decode(Array(Shape{2, 2, 4})), "[crf] input: expected (2, 2, 3), got (2, 2, 4)");
  CHECK_THROWS_WITH(crf.decode(Array(Shape{0, 2, 3})), "[crf] input (0, 2, 3): expected at least one step");
  CHECK_THROWS_WITH(crf.loss(x, IndexArray(Shape{2, 1}, 0)), "[crf] tags: expected (2, 2), got (2, 1)");
  CHECK_THROWS_WITH(crf.loss(x, wrong), "[crf] tag 3 at (1, 0): expected 0 <= tag < 3");
  CHECK_THROWS_WITH(crf.log_partition(x, nn::Mask(Array(Shape{3, 2}, 1))), "[crf] mask: expected (2, 2), got (3, 2)");
  Array late(Shape{2, 2}, 1);
  late(0, 1) = 0;
  CHECK_THROWS_WITH(crf.decode(x, nn::Mask(late)),
                    "[crf] mask: sequence 1 has padding before step 1: expected it after the last real step");
  late(1, 1) = 0;
  CHECK_THROWS_WITH(crf.decode(x, nn::Mask(late)), "[crf] sequence 1 of 2 has no real step");
  CHECK_THROWS_WITH(nn::CRF(0, rng), "[crf] 0 tags: expected at least one");
  nn::AllowedTags allowed = bio();
  allowed.end = Array(Shape{2}, 1);
  CHECK_THROWS_WITH(nn::CRF(allowed, rng), "[crf] allowed end: expected (3), got (2)");
  allowed.end = Array(Shape{3}, Scalar(0.5));
  CHECK_THROWS_WITH(nn::CRF(allowed, rng), "[crf] allowed end: expected 1 (allowed) or 0 (forbidden), got 0.5");
}
