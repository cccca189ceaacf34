#include "nn/study/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "autograd/levers.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

using Flat = std::vector<double>;  // a gradient of all weights, one after the other; empty: 0

void add(Flat& sum, const Flat& term) {
  if (sum.empty()) sum.resize(term.size());
  for (std::size_t i = 0; i < term.size(); ++i) sum[i] += term[i];
}

double dot(std::span<const double> a, std::span<const double> b) {
  double s = 0;
  for (std::size_t i = 0; i < a.size(); ++i) s += a[i] * b[i];
  return s;
}
double norm(std::span<const double> a) { return std::sqrt(dot(a, a)); }

// The angle by Kahan's formula: exact where the cosine is near 1.
Likeness likeness(const Flat& a, const Flat& whole) {
  const double n = a.empty() ? 0 : norm(a), m = norm(whole);
  if (n == 0 || m == 0) return {n / m, std::numeric_limits<double>::quiet_NaN()};
  double minus = 0, plus = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a[i] / n, y = whole[i] / m;
    minus += (x - y) * (x - y), plus += (x + y) * (x + y);
  }
  return {n / m, 2 * std::atan2(std::sqrt(minus), std::sqrt(plus)) * 180 / std::numbers::pi};
}

// Where each weight stands in a Flat.
class Weights {
 public:
  explicit Weights(const NamedParameters& named) {
    for (const auto& [name, w] : named)
      if (w.requires_grad()) {
        tensors.push_back(w), names.push_back(name), begins.push_back(total);
        total += w.size();
      }
    if (tensors.empty()) fail("ledger", "no weight needs a gradient: pass the parameters of a network");
  }

  std::size_t find(const Node* node) const {
    std::size_t w = 0;
    while (w < tensors.size() && tensors[w].node() != node) ++w;
    return w;
  }
  std::span<const double> of(const Flat& flat, std::size_t w) const {
    return std::span(flat).subspan(begins[w], tensors[w].size());
  }
  void add(Flat& flat, std::size_t w, const Array& term) const {
    if (flat.empty()) flat.resize(total);
    for (std::size_t i = 0; i < term.size(); ++i) flat[begins[w] + i] += static_cast<double>(term.data()[i]);
  }
  Array array(const Flat& flat, std::size_t w) const {
    Array a(tensors[w].shape(), Scalar(0));
    if (!flat.empty())
      std::transform(of(flat, w).begin(), of(flat, w).end(), a.data(), [](double x) { return Scalar(x); });
    return a;
  }

  Tensors tensors;
  std::vector<std::string> names;
  std::vector<std::size_t> begins;
  std::size_t total = 0;
};

// Sorts what a sweep hands to the weights by the step of the entry that hands it.
class Sorter final : public TapeObserver {
 public:
  Sorter(Tape& tape, const Weights& weights, std::size_t T) : tape_(tape), weights_(weights), parts(T + 1) {
    tape.observe(*this);
  }
  ~Sorter() override { tape_.forget(*this); }

  void handed(std::size_t entry, std::size_t input, const Tensor& cotangent) override {
    const Entry& e = tape_.entries()[entry];
    const std::size_t w = weights_.find(e.inputs()[input].node.get());
    if (w == weights_.tensors.size()) return;
    const std::ptrdiff_t k = tape_.step(e.scope);
    const std::size_t T = parts.size() - 1;
    if (k >= static_cast<std::ptrdiff_t>(T))
      fail("ledger", fmt::format("scope '{}' is a step beyond the {} that have a loss: give each step a loss, "
                                 "or an undefined tensor",
                                 tape_.scope_name(e.scope), T));
    weights_.add(parts[k < 0 ? T : static_cast<std::size_t>(k)], w, cotangent.value());
  }

 private:
  Tape& tape_;
  const Weights& weights_;

 public:
  std::vector<Flat> parts;  // by step; the last: of none
};

// Each hand-over by itself, in the step that it belongs to.
class Apart {
 public:
  Apart() { levers().joined_gradients = levers().project_ahead = false; }
  ~Apart() { levers() = before_; }
  Apart(const Apart&) = delete;
  Apart& operator=(const Apart&) = delete;

 private:
  Levers before_ = levers();
};

// The first step whose use counts for the loss of step t.
std::size_t first_use(const Truncation& k, std::size_t t) {
  const std::size_t end = (t / k.k1 + 1) * k.k1;
  return end > k.k2 ? end - k.k2 : 0;
}

// The sums that make up a ledger, while loss after loss is booked.
class Book {
 public:
  Book(const Weights& weights, const Flat& whole, std::size_t T, const LedgerOptions& options)
      : weights_(weights),
        whole_(whole),
        T_(T),
        options_(options),
        by_distance_(T),
        truncated_(options.truncations.size()) {
    const Shape table{T, T + 1};
    ledger_.norms = Array(table, Scalar(0)), ledger_.shares = Array(table, Scalar(0));
    for (std::size_t w = 0; w < weights.tensors.size(); ++w) {
      Shape all = table;
      all.insert(all.end(), weights.tensors[w].shape().begin(), weights.tensors[w].shape().end());
      ledger_.accounts.push_back({weights.names[w], weights.array(whole, w), Array(table, Scalar(0)),
                                  options.keep_parts ? Array(all, Scalar(0)) : Array(), 0});
    }
  }

  void loss(std::size_t t, const std::vector<Flat>& parts) {
    Flat sum;  // of the uses from step k on
    if (!parts[T_].empty()) {
      book(t, T_, parts[T_]);
      add(outside_, parts[T_]), add(sum, parts[T_]);
    }
    for (std::size_t k = T_; k-- > 0;) {
      if (!parts[k].empty()) {
        book(t, k, parts[k]);
        add(by_distance_[t > k ? t - k : 0], parts[k]), add(sum, parts[k]);
      }
      for (std::size_t i = 0; i < truncated_.size(); ++i)
        if (first_use(options_.truncations[i], t) == k && !sum.empty()) add(truncated_[i], sum);
    }
  }

  Ledger close() {
    Flat sum = outside_;
    for (const Flat& distance : by_distance_) {
      if (!distance.empty()) add(sum, distance);
      ledger_.by_distance.push_back(likeness(sum, whole_));
    }
    sum.resize(whole_.size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] -= whole_[i];
    ledger_.residual = 0;
    for (std::size_t w = 0; w < ledger_.accounts.size(); ++w) {
      const double n = norm(weights_.of(whole_, w)), rest = norm(weights_.of(sum, w));
      ledger_.accounts[w].residual = n > 0 ? rest / n : rest;
      if (const double r = ledger_.accounts[w].residual; !(r <= ledger_.residual)) ledger_.residual = r;  // NaN stays
    }
    for (std::size_t i = 0; i < truncated_.size(); ++i) {
      std::vector<Array> gradients;
      for (std::size_t w = 0; w < ledger_.accounts.size(); ++w) gradients.push_back(weights_.array(truncated_[i], w));
      ledger_.truncated.push_back({options_.truncations[i], std::move(gradients), likeness(truncated_[i], whole_)});
    }
    return std::move(ledger_);
  }

 private:
  void book(std::size_t t, std::size_t k, const Flat& part) {
    for (std::size_t w = 0; w < ledger_.accounts.size(); ++w) {
      Ledger::Account& account = ledger_.accounts[w];
      account.norms(t, k) = static_cast<Scalar>(norm(weights_.of(part, w)));
      const std::size_t size = weights_.tensors[w].size();
      if (options_.keep_parts)
        std::copy_n(weights_.array(part, w).data(), size, account.parts.data() + (t * (T_ + 1) + k) * size);
    }
    ledger_.norms(t, k) = static_cast<Scalar>(norm(part));
    const double square = dot(whole_, whole_);
    ledger_.shares(t, k) = static_cast<Scalar>(square > 0 ? dot(part, whole_) / square : 0);
  }

  const Weights& weights_;
  const Flat& whole_;
  std::size_t T_;
  const LedgerOptions& options_;
  Flat outside_;                               // of no step
  std::vector<Flat> by_distance_, truncated_;  // by_distance_[d]: t - k = d; uses after t are near ones
  Ledger ledger_;
};

// The gradient as training computes it, and the losses.
Flat ordinary_gradient(const Weights& weights, const LedgerRun& run, std::vector<double>& losses) {
  Tape tape;
  Tensors defined;
  for (const Tensor& loss : run()) {
    losses.push_back(loss.defined() ? static_cast<double>(loss.item()) : 0);
    if (loss.defined()) defined.push_back(loss);
  }
  if (defined.empty()) fail("ledger", "no step has a loss");
  const Tensors gradients = tape.grad(defined, weights.tensors);
  Flat whole;
  for (std::size_t w = 0; w < gradients.size(); ++w) weights.add(whole, w, gradients[w].value());
  return whole;
}

}  // namespace

Ledger make_ledger(const NamedParameters& named, const LedgerRun& run, const LedgerOptions& options) {
  for (const Truncation& k : options.truncations) check_truncation(k);
  const Weights weights(named);
  std::vector<double> values;
  const Flat whole = ordinary_gradient(weights, run, values);
  const std::size_t T = values.size();
  Book book(weights, whole, T, options);

  const Apart apart;
  Tape tape;
  const Tensors losses = run();
  if (losses.size() != T) fail("ledger", fmt::format("the run gave {} losses, and then {}", T, losses.size()));
  Sorter sorter(tape, weights, T);
  for (std::size_t t = 0; t < T; ++t) {
    if (!losses[t].defined()) continue;
    for (Flat& part : sorter.parts) part.clear();
    tape.grad({losses[t]}, weights.tensors, {}, {.retain_graph = true});
    book.loss(t, sorter.parts);
    if (options.progress) options.progress(static_cast<double>(t + 1) / static_cast<double>(T));
  }
  Ledger ledger = book.close();
  ledger.losses = std::move(values);
  return ledger;
}

std::vector<Truncation> truncation_grid(std::size_t T) {
  std::vector<std::size_t> steps;
  for (std::size_t k = 1; k < T; k *= 2) steps.push_back(k);
  steps.push_back(T);
  std::vector<Truncation> grid;
  for (const std::size_t k1 : steps)
    for (const std::size_t k2 : steps)
      if (k1 <= k2) grid.push_back({k1, k2});
  return grid;
}

}  // namespace rw::inline REWIND_ABI::nn
