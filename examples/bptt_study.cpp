#include "examples/bptt_study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/tape.hpp"
#include "examples/bptt_json.hpp"
#include "nn/study/jacobians.hpp"
#include "nn/study/ledger.hpp"
#include "nn/study/unrolled.hpp"

namespace rw::inline REWIND_ABI::examples {

using nlohmann::json;

BpttStudy::BpttStudy(models::CharRNN& model, const IndexArray& text) : model_(model), text_(text), T_(text.size() - 1) {
  if (text.size() < 3) fail("bptt_study", fmt::format("text: expected at least 3 symbols, got {}", text.size()));
}

Tensors BpttStudy::step(std::size_t t, const Tensors& state) const {
  return model_.forward(IndexArray(Shape{1, state[0].size(0)}, text_.data()[t]), state).state;
}

BpttStudy::Trace BpttStudy::run() const {
  Trace trace;
  models::CharRNN::State state = model_.zero_state(1);
  for (std::size_t t = 0; t < T_; ++t) {
    const Scope scope("t", static_cast<std::ptrdiff_t>(t));
    auto [logits, next] = model_.forward(share(text_, {1, 1}, t), state);
    const Scope loss("loss");
    trace.losses.push_back(cross_entropy(logits, share(text_, {1, 1}, t + 1)));
    trace.states.push_back(state = next);
  }
  return trace;
}

// ---- the ledger ----

void BpttStudy::add_ledger(json& snapshot, const std::function<void(double)>& progress) {
  const nn::Ledger ledger = nn::make_ledger(nn::named_parameters(model_), [this] { return run().losses; },
                                            {.truncations = nn::truncation_grid(T_), .progress = progress});
  residual_ = ledger.residual;
  snapshot["losses"] = short_numbers(ledger.losses);
  snapshot["residual"] = short_number(ledger.residual);
  double squares = 0;
  for (const nn::Ledger::Account& account : ledger.accounts) {
    const nn::Summary s = nn::summary(account.gradient);
    const double square = s.rms * s.rms * static_cast<double>(account.gradient.size());
    squares += square;
    double outside = 0;
    for (std::size_t t = 0; t < T_; ++t) outside += static_cast<double>(account.norms(t, T_));
    snapshot["weights"].push_back({{"name", account.name},
                                   {"shape", to_string(account.gradient.shape())},
                                   {"norm", short_number(std::sqrt(square))},
                                   {"parts", triangle(account.norms)},
                                   {"outside", short_number(outside)}});
    // The weight that reads the symbols has a part for each: the norm of the gradient of what the step reads.
    if (account.name == (model_.config().embed > 0 ? "embedding.weight" : "rnn.weight_ih_l0"))
      snapshot["influence"] = triangle(account.norms);
  }
  snapshot["all"] = {{"norm", short_number(std::sqrt(squares))},
                     {"parts", triangle(ledger.norms)},
                     {"shares", triangle(ledger.shares)}};
  json &ratios = snapshot["cut"]["norm_ratio"], &angles = snapshot["cut"]["angle"];
  for (const nn::Likeness& like : ledger.by_distance) {
    ratios.push_back(short_number(like.norm_ratio));
    angles.push_back(short_number(like.angle));
  }
  for (const nn::TruncatedGradient& cut : ledger.truncated)
    snapshot["truncations"].push_back({{"k1", cut.k.k1},
                                       {"k2", cut.k.k2},
                                       {"norm_ratio", short_number(cut.likeness.norm_ratio)},
                                       {"angle", short_number(cut.likeness.angle)}});
}

// ---- the network unrolled ----

namespace {

// The rows of the picture are the scopes of boxes that belong to a step, in the order in which data reach them.
json entries_json(const std::vector<nn::Box>& boxes, const nn::NamedParameters& named) {
  std::vector<std::string> rows, ops;
  const auto number = [](std::vector<std::string>& known, const std::string& name) {
    const auto at = static_cast<std::size_t>(std::find(known.begin(), known.end(), name) - known.begin());
    if (at == known.size()) known.push_back(name);
    return at;
  };
  json entries;
  for (const nn::Box& box : boxes) {
    const auto is = [&](const auto& p) { return p.second.node() == box.leaf; };
    const auto parameter = std::find_if(named.begin(), named.end(), is);
    const bool in_step = box.step >= 0;
    const std::string& row = box.scope.empty() ? "input" : box.scope;
    entries["op"].push_back(number(ops, box.op));
    entries["step"].push_back(box.step);
    entries["row"].push_back(in_step ? static_cast<std::ptrdiff_t>(number(rows, row)) : -1);
    entries["shape"].push_back(to_string(box.shape));
    entries["inputs"].push_back(box.inputs);
    entries["name"].push_back(parameter == named.end() ? json() : json(parameter->first));
    entries["value"].push_back(summary_json(box.value));
    entries["gradient"].push_back(box.gradient ? summary_json(*box.gradient) : json());
  }
  return {{"rows", rows}, {"ops", ops}, {"entries", entries}};
}

json unit(const std::string& name, const std::string& function, const std::vector<Array>& values) {
  const Strip s = strip(values);
  return {
      {"name", name},      {"function", function},      {"units", values[0].size()}, {"scale", short_number(s.scale)},
      {"values", s.bytes}, {"gradient_scale", nullptr}, {"gradients", nullptr},      {"saturated", nullptr}};
}

// "layer=1/lstm", block 0 -> "layer 1, i"
std::string name_of(const nn::Activation& a) {
  const std::size_t slash = a.scope.rfind('/');
  const std::string gates = nn::gate_names(a.scope.substr(slash + 1));
  std::string name = a.scope.substr(0, slash);
  std::replace(name.begin(), name.end(), '=', ' ');
  const auto block = static_cast<std::size_t>(a.block);
  if (a.block < 0) return name + ", " + a.function;
  return name + ", " + (block < gates.size() ? std::string(1, gates[block]) : fmt::format("gate {}", block));
}

}  // namespace

std::size_t BpttStudy::tensors_a_layer() const { return model_.zero_state(1).size() / model_.config().layers; }

json BpttStudy::state_units(const Trace& trace, const Tensors& gradients) const {
  json units = json::array();
  const std::size_t S = trace.states[0].size(), n = tensors_a_layer();
  for (std::size_t i = 0; i < S; ++i) {
    std::vector<Array> values, slopes;
    for (std::size_t t = 0; t < T_; ++t) {
      values.push_back(trace.states[t][i].value());
      slopes.push_back(gradients[t * S + i].value());
    }
    json one = unit(fmt::format("layer {}, {}", i / n, i % n == 0 ? "h" : "c"), "state", values);
    const Strip s = strip(slopes);
    one["gradient_scale"] = short_number(s.scale), one["gradients"] = s.bytes;
    units.push_back(std::move(one));
  }
  return units;
}

void BpttStudy::add_network(json& snapshot) const {
  const Composed composed;
  Tape tape;
  nn::Unrolled unrolled(tape);
  const Trace trace = run();
  Tensors wanted;
  for (const Tensors& state : trace.states) wanted.insert(wanted.end(), state.begin(), state.end());
  const auto named = nn::named_parameters(model_);
  for (const auto& [name, weight] : named) wanted.push_back(weight);
  const Tensors gradients = tape.grad(trace.losses, wanted, {}, {.retain_graph = true});
  snapshot["network"] = entries_json(unrolled.boxes(), named);
  snapshot["units"] = state_units(trace, gradients);
  for (const nn::Activation& a : unrolled.activations()) {
    json one = unit(name_of(a), a.function, a.values);
    one["saturated"] = short_numbers(a.saturated());
    snapshot["units"].push_back(std::move(one));
  }
}

// ---- Jacobians ----

std::vector<Array> BpttStudy::steps_of_jacobians() const {
  return nn::step_jacobians(T_, model_.zero_state(1), [this](std::size_t t, const Tensors& s) { return step(t, s); });
}

std::size_t BpttStudy::upper_hidden_begin() const {
  return (model_.config().layers - 1) * tensors_a_layer() * model_.config().hidden;
}

json BpttStudy::jacobians() const {
  const auto steps = steps_of_jacobians();
  const auto spectra = nn::jacobian_spectra(steps, T_, {upper_hidden_begin(), model_.config().hidden}, 3);
  json curves = {{"cell", model_.config().cell}, {"sigma", json::array({json::array(), json::array(), json::array()})}};
  for (std::size_t d = 0; d < spectra.size(); ++d) {
    curves["distance"].push_back(d);
    curves["frobenius"].push_back(short_number(spectra[d].frobenius));
    for (std::size_t i = 0; i < spectra[d].sigma.size(); ++i)
      curves["sigma"][i].push_back(short_number(spectra[d].sigma[i]));
  }
  curves["bound"] = short_numbers(nn::product_bounds(steps, T_));
  curves["bound_name"] = "product of the steps' largest singular values";
  curves["closed_form"] = nullptr;
  if (model_.config().cell == "rnn") {
    const std::string name = fmt::format("rnn.weight_hh_l{}", model_.config().layers - 1);
    for (const auto& [each, weight] : nn::named_parameters(model_))
      if (each == name) {
        const double sigma = nn::largest_singular_value(weight.value());
        for (std::size_t d = 0; d < spectra.size(); ++d)
          curves["closed_form"].push_back(short_number(std::pow(sigma, static_cast<double>(d))));
      }
  }
  return curves;
}

json BpttStudy::snapshot(const std::function<void(double)>& progress) {
  json all;
  add_network(all);
  add_ledger(all, [&](double done) { progress(done / 2); });
  const auto steps = steps_of_jacobians();
  Array sigma(Shape{T_, T_}, Scalar(0));  // (t, k): of the states after these steps
  for (std::size_t t = 0; t < T_; ++t) {
    const auto spectra = nn::jacobian_spectra(steps, t + 1, {upper_hidden_begin(), model_.config().hidden}, 1);
    for (std::size_t k = 0; k <= t; ++k) sigma(t, k) = static_cast<Scalar>(spectra[t - k].sigma[0]);
    progress((1 + static_cast<double>(t + 1) / static_cast<double>(T_)) / 2);
  }
  all["jacobians"] = triangle(sigma);
  return all;
}

}  // namespace rw::inline REWIND_ABI::examples
