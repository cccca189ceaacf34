// Profile: counts and bytes are exact; of times only what must hold of every clock.
#include "autograd/profile.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/record.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

Tensor variable(const Shape& shape) { return parameter(Array(shape, Scalar(0.5))); }

Profile::Line line_of(const Profile& profile, const std::string& op, const std::string& scope = "") {
  Profile::Line found;
  std::size_t n = 0;
  for (const Profile::Line& line : profile.lines())
    if (line.op == op && line.scope == scope) found = line, ++n;
  INFO(op << " in '" << scope << "'");
  CHECK(n == 1);
  return found;
}

bool has(const Profile& profile, const std::string& op) {
  const auto lines = profile.lines();
  return std::any_of(lines.begin(), lines.end(), [&](const auto& line) { return line.op == op; });
}

void check_counts(const Profile::Line& line, std::size_t calls, std::size_t rewound, std::size_t elements) {
  INFO(line.op);
  CHECK(line.calls == calls);
  CHECK(line.rewound == rewound);
  CHECK(line.bytes == elements * sizeof(Scalar));
  CHECK((line.calls > 0 ? line.forward >= 0 : line.forward == 0));
  CHECK((line.rewound > 0 ? line.backward >= 0 : line.backward == 0));
}

// h' = tanh(h W^T + x) over T steps, in the scopes of a layer.
struct Chain {
  static constexpr std::size_t T = 3, B = 2, H = 4;
  Tensor w = variable({H, H}), x = Array(Shape{B, H}, Scalar(0.1));

  Tensor loss() const {
    const Scope layer("rnn");
    Tensor h = Array(Shape{B, H}, Scalar(0));
    for (std::size_t t = 0; t < T; ++t) {
      const Scope step("t", static_cast<std::ptrdiff_t>(t));
      h = tanh(affine(h, w, x));
    }
    return sum(h * h);
  }
};

std::vector<nlohmann::json> events_of(const Profile& profile) {
  std::ostringstream out;
  profile.write_trace(out);
  const nlohmann::json trace = nlohmann::json::parse(out.str());
  std::vector<nlohmann::json> events;
  for (const auto& event : trace.at("traceEvents"))
    if (event.at("ph") == "X") events.push_back(event);
  return events;
}

}  // namespace

TEST_CASE("a profile counts each operation, its time steps taken together") {
  const Chain chain;
  Tape tape;
  Profile& profile = tape.profile();
  tape.backward(chain.loss());
  CHECK(profile.lines().size() == 5);
  check_counts(line_of(profile, "affine", "rnn"), 3, 3, 3 * 8);
  check_counts(line_of(profile, "tanh", "rnn"), 3, 3, 3 * 8);
  check_counts(line_of(profile, "mul", "rnn"), 1, 1, 8);
  check_counts(line_of(profile, "sum", "rnn"), 1, 1, 1);
  check_counts(line_of(profile, "leaf", "rnn"), 0, 1, 0);
}

TEST_CASE("the line with the most time comes first") {
  const Chain chain;
  Tape tape;
  const Profile& profile = tape.profile();
  tape.backward(chain.loss());
  const auto lines = profile.lines();
  CHECK(std::is_sorted(lines.begin(), lines.end(),
                       [](const auto& a, const auto& b) { return a.forward + a.backward > b.forward + b.backward; }));
}

TEST_CASE("who is measured computes the same bits") {
  const Chain plain, measured;
  {
    Tape tape;
    tape.backward(plain.loss());
  }
  Tape tape;
  tape.profile();
  tape.backward(measured.loss());
  CHECK(plain.w.grad().value() == measured.w.grad().value());
}

TEST_CASE("it measures from the first call on; there is one of a tape, and each tape has its own") {
  const Tensor x = variable({2});
  Tape outer;
  const Tensor y = exp(x);
  Profile& profile = outer.profile();
  const Tensor z = tanh(y);
  CHECK(&outer.profile() == &profile);
  CHECK_FALSE(has(profile, "exp"));
  check_counts(line_of(profile, "tanh"), 1, 0, 2);
  {
    const Tensor other = variable({3});
    Tape inner;
    const Profile& own = inner.profile();
    sigmoid(other);
    check_counts(line_of(own, "sigmoid"), 1, 0, 3);
  }
  CHECK_FALSE(has(profile, "sigmoid"));
  outer.backward(sum(z));
  check_counts(line_of(profile, "exp"), 0, 1, 0);  // rewinding it was seen
}

TEST_CASE("what is not recorded is not counted, and what nothing comes back to is not rewound") {
  const Tensor x = variable({2}), constant = Array(Shape{2}, Scalar(1));
  Tape tape;
  const Profile& profile = tape.profile();
  sigmoid(constant);
  {
    const Pause pause;
    sigmoid(x);
  }
  CHECK_FALSE(has(profile, "sigmoid"));
  const Tensor loss = sum(x * x);
  exp(x);  // leads nowhere
  tape.backward(loss);
  check_counts(line_of(profile, "exp"), 1, 0, 2);
  check_counts(line_of(profile, "mul"), 1, 1, 2);
}

TEST_CASE("a tape that is rewound twice counts twice") {
  const Tensor x = variable({2});
  Tape tape;
  const Profile& profile = tape.profile();
  const Tensor loss = sum(x * x);
  tape.backward(loss, {.retain_graph = true});
  tape.grad({loss}, {x});
  check_counts(line_of(profile, "mul"), 1, 2, 2);
  check_counts(line_of(profile, "leaf"), 0, 2, 0);
}

TEST_CASE("derivatives that are recorded are operations like others, in the scope of theirs") {
  const Tensor x = variable({2});
  Tape tape;
  const Profile& profile = tape.profile();
  Tensor y;
  {
    const Scope scope("cube");
    y = sum(x * x * x);
  }
  const Tensors g = tape.grad({y}, {x}, {}, {.create_graph = true});
  const std::size_t recorded = tape.size();
  std::size_t calls = 0;
  for (const Profile::Line& line : profile.lines()) calls += line.calls;
  CHECK(calls == recorded - 1);  // all but the leaf
  tape.backward(sum(g[0]));
  CHECK(x.grad().value()(0) == Approx(6 * 0.5));
}

TEST_CASE("all results of an operation count") {
  const Tensor a = variable({3}), b = variable({3});
  Tape tape;
  const Profile& profile = tape.profile();
  pointwise(
      "both", [](auto x, auto y) { return outputs(x * y, tanh(x) + y); }, a, b);
  check_counts(line_of(profile, "both"), 1, 0, 6);
}

TEST_CASE("the same operation in two scopes has two lines; other indices than those of steps are kept") {
  const Tensor x = variable({2});
  Tape tape;
  const Profile& profile = tape.profile();
  for (std::ptrdiff_t l = 0; l < 2; ++l) {
    const Scope layer("layer", l);
    for (std::ptrdiff_t t = 0; t < 3; ++t) {
      const Scope step("t", t);
      tanh(x);
    }
  }
  check_counts(line_of(profile, "tanh", "layer=0"), 3, 0, 6);
  check_counts(line_of(profile, "tanh", "layer=1"), 3, 0, 6);
}

TEST_CASE("a rule that throws leaves a profile that can be read") {
  const Tensor x = variable({2});
  Tape tape;
  const Profile& profile = tape.profile();
  const Tensor y(Array(Shape{2}, Scalar(1)));
  record("broken", {&x, 1}, {&y, 1}, [](Rewinding&) { throw Error("no derivative"); });
  CHECK_THROWS_WITH(tape.backward(sum(y)), Contains("no derivative"));
  check_counts(line_of(profile, "broken"), 1, 0, 2);
  check_counts(line_of(profile, "sum"), 1, 1, 1);
  tape.backward(sum(x * x));  // and it goes on
  check_counts(line_of(profile, "sum"), 2, 2, 2);
}

TEST_CASE("the table has a row a line, and one of all") {
  const Chain chain;
  Tape tape;
  const Profile& profile = tape.profile();
  tape.backward(chain.loss());
  std::ostringstream out;
  profile.print(out);
  std::istringstream text(out.str());
  std::vector<std::string> rows;
  for (std::string row; std::getline(text, row);) rows.push_back(row);
  REQUIRE(rows.size() == 1 + 5 + 1);
  for (const std::string& row : rows) CHECK(row.size() == rows[0].size());
  CHECK_THAT(rows[0], Catch::Matchers::StartsWith("operation") && Contains("forward ms") && Contains("backward ms"));
  for (std::size_t i = 1; i < 6; ++i) CHECK_THAT(rows[i], Contains(profile.lines()[i - 1].op) && Contains(" rnn "));
  CHECK_THAT(rows[6], Catch::Matchers::StartsWith("all "));
}

TEST_CASE("an empty profile is a table of nothing, and a trace without events") {
  Tape tape;
  const Profile& profile = tape.profile();
  std::ostringstream out;
  profile.print(out);
  CHECK(profile.lines().empty());
  CHECK_THAT(out.str(), Contains("\nall "));
  CHECK(events_of(profile).empty());
}

TEST_CASE("the trace has an event for each time that an operation ran, with its step") {
  const Chain chain;
  Tape tape;
  const Profile& profile = tape.profile();
  tape.backward(chain.loss());
  std::map<std::string, int> forward, backward;
  for (const auto& event : events_of(profile)) {
    const bool back = event.at("cat") == "backward";
    const std::string name =
        event.at("name").get<std::string>() + " " + event.at("args").at("scope").get<std::string>();
    ++(back ? backward : forward)[name];
    CHECK(event.at("tid") == (back ? 2 : 1));
    CHECK(event.at("dur").get<double>() >= 0);
  }
  CHECK(forward == std::map<std::string, int>{{"affine rnn/t=0", 1},
                                              {"affine rnn/t=1", 1},
                                              {"affine rnn/t=2", 1},
                                              {"tanh rnn/t=0", 1},
                                              {"tanh rnn/t=1", 1},
                                              {"tanh rnn/t=2", 1},
                                              {"mul rnn", 1},
                                              {"sum rnn", 1}});
  auto rewound = forward;
  rewound["leaf rnn/t=0"] = 1;
  CHECK(backward == rewound);
}

TEST_CASE("on each line of the trace events follow each other; the rewind goes back in time") {
  const Chain chain;
  Tape tape;
  const Profile& profile = tape.profile();
  tape.backward(chain.loss());
  std::map<int, double> end;
  std::vector<std::string> tanhs;
  double forward_end = 0;
  for (const auto& event : events_of(profile)) {
    const int thread = event.at("tid");
    const double begin = event.at("ts");
    CHECK(begin >= end[thread] - 1e-3);  // microseconds, rounded
    end[thread] = begin + event.at("dur").get<double>();
    if (thread == 1) forward_end = end[1];
    if (thread == 2) CHECK(begin >= forward_end - 1e-3);
    if (thread == 2 && event.at("name") == "tanh") tanhs.push_back(event.at("args").at("scope"));
  }
  CHECK(tanhs == std::vector<std::string>{"rnn/t=2", "rnn/t=1", "rnn/t=0"});
}
