#include "examples/gradient_flow_plots.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace rw::inline REWIND_ABI::examples {
namespace {

constexpr double decades = 18;

std::vector<double> count_from(double first, std::size_t n) {
  std::vector<double> x(n);
  std::iota(x.begin(), x.end(), first);
  return x;
}

// Of the RNNs, or of the others. c is dashed.
Curves flows(const FlowResults& results, Stage NetworkFlow::*stage, bool rnn, const char* name,
             const std::string& title) {
  constexpr std::array plain = {blue, black, red, pink, sky, grey}, gated = {orange, pink, blue, sky, red, black};
  Curves curves{name, title, "steps back", true, count_from(0, results.length), {}};
  std::size_t i = 0;
  for (const NetworkFlow& network : results.networks) {
    if ((network.cell == "rnn") != rnn) continue;
    const bool gru = network.cell == "gru";
    const char* colour = gru ? green : (rnn ? plain : gated)[i++ % plain.size()];
    const std::string who = gru ? "GRU" : fmt::format("{} {}", rnn ? "radius" : "bias", network.value);
    for (const StateFlow& flow : (network.*stage).states)
      curves.lines.push_back({.name = network.cell == "lstm" ? who + " " + flow.state : who,
                              .y = flow.left,
                              .colour = colour,
                              .dash = flow.state == "c" ? 2 : 1});
  }
  return curves;
}

std::string losses_of(const FlowResults& results, bool rnn) {
  std::vector<std::string> all;
  for (const NetworkFlow& network : results.networks)
    if ((network.cell == "rnn") == rnn) all.push_back(fmt::format("{:.4f}", network.loss.mean));
  return fmt::format("{}", fmt::join(all, ", "));
}

// The beginning of a training; what clipping takes away is red.
Curves clipping(const NetworkFlow& network, const char* name) {
  const std::size_t n = std::min<std::size_t>(network.before.size(), 300);
  Curves curves{name, "", "update", true, count_from(1, n), {}};
  curves.title = fmt::format("whole gradient, first {} updates: {}", n, name_of(network));
  const auto add = [&](const char* what, const std::vector<double>& norms, const char* colour) {
    Line line{.name = what, .y = {}, .colour = colour};
    for (std::size_t i = 0; i < n; ++i) line.y.push_back({norms[i], norms[i], norms[i]});
    curves.lines.push_back(std::move(line));
  };
  add("before", network.before, red);
  add("after", network.after, grey);
  return curves;
}

// Of the RNNs the one with the largest radius; an empty one if there is none yet.
NetworkFlow last_of(const FlowResults& results, bool rnn) {
  const auto& all = results.networks;
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](auto& n) { return (n.cell == "rnn") == rnn; });
  return found == all.rend() ? NetworkFlow{} : *found;
}

constexpr const char* title =
    "How far back the last loss reaches: |dL/dh|, and |dL/dc| of the LSTM (dashed), in parts of |dL/dh| at the last "
    "step"
    "\\nadding problem, T = {}, {} updates; right: the norm of the whole gradient before and after clipping, one seed";

}  // namespace

void draw(const FlowResults& results, const std::string& folder) {
  const std::vector<Curves> all = {
      flows(results, &NetworkFlow::start, true, "rnn_start", "RNN at the start, by spectral radius"),
      flows(results, &NetworkFlow::start, false, "gated_start", "LSTM, by forget bias, and GRU at the start"),
      clipping(last_of(results, true), "clipping_rnn"),
      flows(results, &NetworkFlow::trained, true, "rnn_trained",
            "RNN after training, loss " + losses_of(results, true)),
      flows(results, &NetworkFlow::trained, false, "gated_trained",
            "LSTM, GRU after training, loss " + losses_of(results, false)),
      clipping(last_of(results, false), "clipping_gated")};
  Picture picture{"gradient_flow", fmt::format(title, results.length, results.updates), 2, {}};
  const Range range = range_of({&all[0], &all[1], &all[3], &all[4]}, decades);
  const Range norms = range_of({&all[2], &all[5]}, decades);
  for (std::size_t i = 0; i < all.size(); ++i) {
    write_csv(all[i], folder);
    picture.panels.push_back({&all[i], i % 3 == 2 ? norms : range});
  }
  write_script(picture, folder);
  draw({picture.name}, folder);
}

}  // namespace rw::inline REWIND_ABI::examples
