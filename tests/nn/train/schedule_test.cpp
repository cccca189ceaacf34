// The schedules' values, from their formulas.
#include "nn/train/schedule.hpp"

#include <cmath>

#include "support.hpp"

using namespace rw::nn;

TEST_CASE("constant", "[schedule]") {
  for (const double p : {0.0, 0.3, 1.0}) CHECK(Schedule().rate(p) == 1);
}

TEST_CASE("step drops at even distances", "[schedule]") {
  const Schedule s({.name = "step", .factor = 0.1, .drops = 3});
  CHECK(s.rate(0) == 1);
  CHECK(s.rate(0.249) == 1);
  CHECK(s.rate(0.251) == Approx(0.1));
  CHECK(s.rate(0.5) == Approx(0.01));
  CHECK(s.rate(0.8) == Approx(0.001));
  CHECK(s.rate(1) == Approx(0.001));
}

TEST_CASE("cosine falls from 1 to the floor", "[schedule]") {
  const Schedule s({.name = "cosine", .floor = 0.1});
  CHECK(s.rate(0) == 1);
  CHECK(s.rate(0.5) == Approx(0.55));
  CHECK(s.rate(1.0 / 3) == Approx(0.1 + 0.9 * 0.75));
  CHECK(s.rate(1) == Approx(0.1));
  CHECK(s.rate(7) == Approx(0.1));
  CHECK(Schedule({.name = "cosine"}).rate(1) == Approx(0).margin(1e-12));
}

TEST_CASE("warm-up comes before any schedule, which has the rest of the run", "[schedule]") {
  const Schedule s({.name = "cosine", .warmup = 0.2});
  CHECK(s.rate(0) == 0);
  CHECK(s.rate(0.05) == Approx(0.25));
  CHECK(s.rate(0.2) == Approx(1));
  CHECK(s.rate(0.6) == Approx(0.5));
  const Schedule plain({.warmup = 0.5});
  CHECK(plain.rate(0.25) == Approx(0.5));
  CHECK(plain.rate(0.75) == 1);
}

TEST_CASE("plateau drops when nothing has become better, down to the floor", "[schedule]") {
  Schedule s({.name = "plateau", .floor = 0.2, .factor = 0.5, .patience = 2});
  for (const double loss : {3.0, 2.0, 2.1}) s.observe(loss);
  CHECK(s.rate(0.5) == 1);
  s.observe(2.0);  // no better than the best
  CHECK(s.rate(0.5) == 0.5);
  s.observe(1.9);
  s.observe(std::nan(""));
  CHECK(s.rate(0.5) == 0.5);
  Schedule copy({.name = "plateau", .floor = 0.2, .factor = 0.5, .patience = 2});
  copy.set_state(s.state());
  for (Schedule* each : {&s, &copy}) {
    each->observe(2.5);
    CHECK(each->rate(0.5) == 0.25);
    each->observe(2.5), each->observe(2.5);
    CHECK(each->rate(0.5) == 0.2);
  }
}

TEST_CASE("schedules refuse what makes no sense", "[schedule]") {
  auto message = [](const ScheduleOptions& o) { return message_of([&] { Schedule schedule(o); }); };
  CHECK(message({.name = "cos"}) == "[schedule] name: expected constant, step, cosine or plateau, got 'cos'");
  CHECK(message({.warmup = 1}) == "[schedule] warmup: expected a number in [0, 1), got 1");
  CHECK(message({.floor = -0.5}) == "[schedule] floor: expected a number in [0, 1], got -0.5");
  CHECK(message({.factor = std::nan("")}) == "[schedule] factor: expected a number in (0, 1), got nan");
  CHECK(message({.name = "plateau", .patience = 0}) == "[schedule] patience: expected 1 or more, got 0");
}
