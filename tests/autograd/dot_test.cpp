// to_dot(): what Graphviz is given.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/tape.hpp"

using namespace rw;

namespace {

// Read line by line, strictly: a line that is nothing known fails the test.
struct Graph {
  std::map<std::string, std::string> labels;    // of each node
  std::map<std::string, std::string> clusters;  // the label of the one that it stands in; "": outside
  std::vector<std::pair<std::string, std::string>> arrows;

  explicit Graph(const std::string& dot) {
    const std::regex node(R"-(^  (n\d+) \[label="([^"]*)"\];$)-"), arrow(R"-(^  (n\d+) -> (n\d+);$)-"),
        begin(R"-(^  subgraph cluster_(\d+) \{$)-"), label(R"-(^  label="(.*)";$)-");
    std::istringstream lines(dot);
    std::string line, cluster, last;
    std::size_t open = 0;
    for (std::smatch m; std::getline(lines, line); last = line) {
      INFO(line);
      if (line == "digraph tape {" || std::regex_match(line, m, begin)) {
        CHECK(++open <= 2);
      } else if (line == "}" || line == "  }") {
        --open, cluster.clear();
      } else if (std::regex_match(line, m, label)) {
        cluster = m[1];
      } else if (std::regex_match(line, m, node)) {
        CHECK(labels.emplace(m[1], m[2]).second);  // declared once
        clusters[m[1]] = cluster;
      } else if (std::regex_match(line, m, arrow)) {
        CHECK(open == 1);  // an arrow in a box would pull its ends in
        arrows.emplace_back(m[1], m[2]);
      } else {
        CHECK(line == "  node [shape=box, fontname=\"monospace\"];");
      }
    }
    CHECK(open == 0);
    CHECK(last == "}");
    for (const auto& [from, to] : arrows) CHECK((labels.contains(from) && labels.contains(to)));
  }

  std::size_t count(const std::string& from, const std::string& to) const {
    return static_cast<std::size_t>(std::count(arrows.begin(), arrows.end(), std::pair(from, to)));
  }
  std::set<std::string> in(const std::string& cluster) const {
    std::set<std::string> names;
    for (const auto& [name, where] : clusters)
      if (where == cluster) names.insert(labels.at(name));
    return names;
  }
};

Tensor variable(const Shape& shape) { return parameter(Array(shape, Scalar(0.5))); }

}  // namespace

TEST_CASE("an empty tape is an empty graph, and so is one that was rewound") {
  Tape tape;
  CHECK(Graph(tape.to_dot()).labels.empty());
  const Tensor x = variable({2});
  tape.backward(sum(x * x));
  CHECK(Graph(tape.to_dot()).labels.empty());
}

TEST_CASE("each result is a box with operation and shape, each use an arrow; constants are left out") {
  const Tensor x = variable({3, 2}), constant = Array(Shape{2}, Scalar(1));
  Tape tape;
  const Tensor y = x * x;  // n1, reads n0 twice
  sum(y + constant);       // n2, n3
  const Graph graph(tape.to_dot());
  CHECK(graph.labels ==
        std::map<std::string, std::string>{
            {"n0", "leaf\\n(3, 2)"}, {"n1", "mul\\n(3, 2)"}, {"n2", "add\\n(3, 2)"}, {"n3", "sum\\n()"}});
  CHECK(graph.arrows.size() == 4);
  CHECK(graph.count("n0", "n1") == 2);
  CHECK(graph.count("n1", "n2") == 1);
  CHECK(graph.count("n2", "n3") == 1);
}

TEST_CASE("an operation with several results has a box for each, in its time step") {
  const Tensor gates = variable({1, 8}), c = variable({1, 2});
  Tape tape;
  const Scope step("t", 4);
  const auto [h, c_next] = pointwise(
      "lstm",
      [](auto i, auto f, auto g, auto o, auto c_prev) {
        auto next = sigmoid(f) * c_prev + sigmoid(i) * tanh(g);
        return outputs(sigmoid(o) * tanh(next), next);
      },
      columns<4>(gates), c);
  tanh(c_next);
  const Graph graph(tape.to_dot());
  CHECK(graph.labels.size() == 5);
  CHECK(graph.in("t=4") == std::set<std::string>{"lstm\\n(1, 2)", "output 1", "tanh\\n(1, 2)"});
  CHECK(graph.in("") == std::set<std::string>{"leaf\\n(1, 8)", "leaf\\n(1, 2)"});
  CHECK(graph.count("n2", "n3") == 1);  // lstm to its second output
  CHECK(graph.count("n3", "n4") == 1);  // which tanh reads
  CHECK(graph.count("n2", "n4") == 0);
}

TEST_CASE("entries stand in the box of the outermost time step, whatever else is around; leaves in none") {
  const Tensor x = variable({1}), w = variable({1});
  Tape tape;
  const Tensor before = exp(x);
  for (std::ptrdiff_t t = 0; t < 2; ++t) {
    const Scope layer("layer", 1), step("t", t), inner("cell"), again("t", 7);
    sigmoid(w * before);
  }
  for (std::ptrdiff_t t = 1; t >= 0; --t) {  // a layer above, the other way round
    const Scope step("t", t);
    relu(before);
  }
  {
    const Scope no_index("t");
    abs(before);
  }
  const Graph graph(tape.to_dot());
  const std::set<std::string> of_step = {"mul\\n(1)", "sigmoid\\n(1)", "relu\\n(1)"};
  CHECK(graph.in("t=0") == of_step);
  CHECK(graph.in("t=1") == of_step);
  CHECK(graph.in("t=7").empty());
  CHECK(graph.in("") == std::set<std::string>{"leaf\\n(1)", "exp\\n(1)", "abs\\n(1)"});
  CHECK(std::count_if(graph.clusters.begin(), graph.clusters.end(), [](const auto& n) { return n.second.empty(); }) ==
        4);  // two leaves
  CHECK(graph.labels.size() == tape.size());
}

TEST_CASE("the recorded derivatives are boxes too") {
  const Tensor x = variable({2});
  Tape tape;
  Tensor y;
  {
    const Scope step("t", 0);
    y = sum(x * x * x);
  }
  const std::size_t before = Graph(tape.to_dot()).labels.size();
  tape.grad({y}, {x}, {}, {.create_graph = true});
  const Graph graph(tape.to_dot());
  CHECK(graph.labels.size() == tape.size());
  CHECK(graph.labels.size() > before);
}
