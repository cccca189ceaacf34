#include "examples/gradient_flow_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;
using Runs = std::vector<json>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double median(std::vector<double> values) {
  if (values.empty()) return nan;
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

// JSON has no infinity, where gradients leave the range of double: null.
double number_of(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::infinity() : value.get<double>();
}

// Of the runs that have it.
std::vector<double> values_of(const Runs& runs, const json::json_pointer& place) {
  std::vector<double> values;
  for (const json& run : runs)
    if (run.contains(place)) values.push_back(number_of(run.at(place)));
  return values;
}

StateFlow state_flow(const Runs& runs, const std::string& stage, const std::string& state) {
  StateFlow flow{state, {}, {}, nan};
  for (std::size_t d = 0; d < runs[0].at(stage).at(state).size(); ++d) {
    std::vector<double> norms, left;
    for (const json& run : runs) {
      norms.push_back(number_of(run.at(stage).at(state).at(d)));
      left.push_back(norms.back() / number_of(run.at(stage).at("h").at(0)));
    }
    flow.norm.push_back(geometric_spread_of(norms));
    flow.left.push_back(geometric_spread_of(left));
  }
  std::vector<double> factors;
  for (std::size_t d = 1; d + 1 < flow.norm.size(); ++d)
    if (const double factor = flow.norm[d + 1].mean / flow.norm[d].mean; std::isfinite(factor) && factor > 0)
      factors.push_back(factor);
  flow.factor = median(factors);
  return flow;
}

Stage stage_of(const Runs& all, const std::string& stage) {
  Runs runs;
  std::copy_if(all.begin(), all.end(), std::back_inserter(runs), [&](const json& run) { return run.contains(stage); });
  const auto mean = [&](const char* what) {
    return spread_of(values_of(runs, json::json_pointer("/" + stage + what))).mean;
  };
  Stage result{{}, mean("/radius"), mean("/gain")};
  for (const char* state : {"h", "c"})
    if (!runs.empty() && runs[0].at(stage).contains(state)) result.states.push_back(state_flow(runs, stage, state));
  return result;
}

void add_updates(NetworkFlow& network, const Runs& runs, double clip) {
  std::vector<double> all;
  for (const json& run : runs)
    for (const double norm : run.at("norms")) all.push_back(norm);
  const auto clipped = std::count_if(all.begin(), all.end(), [&](double norm) { return clip > 0 && norm > clip; });
  if (all.empty()) return;
  network.clipped = static_cast<double>(clipped) / static_cast<double>(all.size());
  network.largest = spread_of(all).high, network.median = median(all);
  network.before = network.after = runs[0].at("norms").get<std::vector<double>>();
  for (double& norm : network.after) norm = clip > 0 ? std::min(norm, clip) : norm;
}

NetworkFlow network_of(const Runs& all) {
  Runs whole;
  std::copy_if(all.begin(), all.end(), std::back_inserter(whole),
               [](const json& r) { return !r.contains("diverged"); });
  NetworkFlow network{.cell = all[0].at("cell"),
                      .value = all[0].at("value"),
                      .runs = all.size(),
                      .diverged = all.size() - whole.size(),
                      .start = stage_of(all, "start"),
                      .trained = stage_of(whole, "trained"),
                      .loss = spread_of(values_of(whole, json::json_pointer("/loss"))),
                      .clipped = nan,
                      .largest = nan,
                      .median = nan,
                      .before = {},
                      .after = {}};
  add_updates(network, whole, all[0].at("clip"));
  return network;
}

std::vector<std::size_t> distances(std::size_t length) {
  std::vector<std::size_t> shown;
  for (const std::size_t d : {0, 1, 10, 25, 50, 100, 200, 400, 800})
    if (d + 1 < length) shown.push_back(d);
  shown.push_back(length - 1);
  return shown;
}

std::string number(double x) { return std::isnan(x) ? "" : fmt::format("{:.3f}", x); }

void print_stage(const FlowResults& results, const char* title, Stage NetworkFlow::*stage) {
  fmt::print("| {} |", title);
  for (const std::size_t d : distances(results.length)) fmt::print(" {}{} |", d, d == 0 ? " steps back" : "");
  fmt::print(" factor a step | radius of W_hh | its largest singular value |\n|---|");
  for (std::size_t i = 0; i < distances(results.length).size() + 3; ++i) fmt::print("---|");
  fmt::print("\n");
  for (const NetworkFlow& network : results.networks)
    for (const StateFlow& flow : (network.*stage).states) {
      const bool first = &flow == &(network.*stage).states[0];
      fmt::print("| {}: {} |", name_of(network), flow.state);
      for (const std::size_t d : distances(results.length))
        fmt::print(" {} |", flow.norm[d].mean > 0 ? fmt::format("{:.2f}", std::log10(flow.norm[d].mean)) : "none");
      fmt::print(" {} | {} | {} |\n", number(flow.factor), first ? number((network.*stage).radius) : "",
                 first ? number((network.*stage).gain) : "");
    }
  fmt::print("\n");
}

void print_updates(const FlowResults& results) {
  fmt::print(
      "| training | loss | updates clipped | norm of the whole gradient: median | largest | largest after |\n"
      "|---|---|---|---|---|---|\n");
  for (const NetworkFlow& n : results.networks) {
    const std::string diverged = n.diverged > 0 ? fmt::format(", {} of {} diverged", n.diverged, n.runs) : "";
    const double after = results.clip > 0 ? std::min(n.largest, results.clip) : n.largest;
    fmt::print("| {} | {:.4f} ({:.4f} to {:.4f}){} | {:.1f} % | {:.3g} | {:.3g} | {:.3g} |\n", name_of(n), n.loss.mean,
               n.loss.low, n.loss.high, diverged, 100 * n.clipped, n.median, n.largest, after);
  }
  fmt::print("\n");
}

constexpr const char* reading = R"(How to read this
  The first two tables: log10 of |dL_T/ds_k|, with L_T the loss at the last step, s_k the state h or c, T - k steps
  back; geometric means over {sequences} sequences and the seeds. "factor a step": the median of the norm's ratio from
  one step to the step before it. The loss reads h alone, so nothing comes to c of the last step; none is
  also what is less than a double can hold, and inf what is more.
  RNN: a step back multiplies by W_hh^T diag(1 - h^2). At the start W_hh is the radius times an orthogonal matrix, so
  the factor is at most the radius; what is missing is tanh's slope. After training W_hh is any matrix, and its radius
  says little: a saturated unit lets next to nothing through, and the gradient vanishes though the radius is above 1.
  LSTM: c_k is carried on, c_k+1 = f c_k + i g, which multiplies its gradient by the forget gate f: at the start about
  sigmoid(bias), that is 0.50, 0.73, 0.88 for 0, 1, 2. The way by h and the gates adds to that. h_k acts by the gates
  alone; what comes to it from far has come along c.
  GRU: h' = (1 - z) n + z h carries h on in the same way, by z, about a half at the start.
  Clipping: a gradient longer than {clip} is scaled to that length and keeps its direction. It bounds the update where
  the gradient explodes, and brings nothing back where it has vanished. Who remembers nothing has a loss of about
  {baseline:.4f}.
)";

}  // namespace

FlowResults group_flows(const std::vector<json>& results) {
  std::map<std::tuple<int, double>, Runs> networks;
  for (const json& run : results) {
    const auto cell = run.at("cell").get<std::string>();
    networks[{cell == "rnn" ? 0 : cell == "lstm" ? 1 : 2, run.at("value")}].push_back(run);
  }
  const json& any = results[0];
  FlowResults grouped{{}, any.at("length"), any.at("sequences"), any.at("updates"), any.at("clip"), any.at("baseline")};
  for (const auto& [order, runs] : networks) grouped.networks.push_back(network_of(runs));
  return grouped;
}

std::string name_of(const NetworkFlow& n) {
  if (n.cell == "rnn") return fmt::format("rnn, radius {}{}", n.value, n.value == 1 ? " (orthogonal)" : "");
  return n.cell == "lstm" ? fmt::format("lstm, bias {}", n.value) : n.cell;
}

void print(const FlowResults& results) {
  using fmt::arg;
  print_stage(results, "at the start", &NetworkFlow::start);
  print_stage(results, "after training", &NetworkFlow::trained);
  print_updates(results);
  fmt::print(reading, arg("sequences", results.sequences), arg("baseline", results.baseline),
             arg("clip", results.clip > 0 ? fmt::format("{:g}", results.clip) : "--clip (here: any)"));
}

void write_csv(const FlowResults& results, const std::string& folder) {
  std::string text = "network,state,stage,distance,norm,low,high\n";
  for (const auto& [stage, name] : {std::pair{&NetworkFlow::start, "start"}, {&NetworkFlow::trained, "trained"}})
    for (const NetworkFlow& network : results.networks)
      for (const StateFlow& flow : (network.*stage).states)
        for (std::size_t d = 0; d < flow.norm.size(); ++d) {
          const Spread& s = flow.norm[d];
          const std::string who = network.cell == "gru" ? "gru" : fmt::format("{} {}", network.cell, network.value);
          fmt::format_to(std::back_inserter(text), "{},{},{},{},{:.9g},{:.9g},{:.9g}\n", who, flow.state, name, d,
                         s.mean, s.low, s.high);
        }
  nn::replace_file(folder + "/gradient_flow.csv", text);
}

}  // namespace rw::inline REWIND_ABI::examples
