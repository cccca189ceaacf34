// Dropout and the losses.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "autograd/check.hpp"
#include "autograd/ops/kernels.hpp"
#include "autograd/ops/rows.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// What cross_entropy knows of its targets. Rows are the elements of S.
struct Targets {
  IndexArray classes;  // S
  Array scale;         // S + (1): the row's weight over the sum of all weights; 0 for ignored rows
  Array ignored;       // S + (1): 1 for ignored rows
  bool any_ignored;
  Scalar smoothing;
};

[[noreturn]] void fail_target(const Shape& shape, std::size_t at, Index target, const Shape& logits, Index ignore) {
  fail("cross_entropy",
       fmt::format("target {} at {}: expected 0 <= target < {}, the classes of logits {}, or "
                   "ignore_index {}",
                   target, to_string(position_of(at, shape)), logits.back(), to_string(logits), ignore));
}

Targets weigh_targets(const Shape& logits, const IndexArray& classes, const CrossEntropyOptions& options) {
  Shape column = classes.shape();
  column.push_back(1);
  Targets t{classes, zeros("cross_entropy", column), zeros("cross_entropy", column), false, options.label_smoothing};
  const Scalar* const weights = options.weights.defined() ? options.weights.value().data() : nullptr;
  double total = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const Index target = classes.data()[i];
    if (target == options.ignore_index) {
      t.ignored.data()[i] = 1, t.any_ignored = true;
      continue;
    }
    if (target < 0 || static_cast<std::size_t>(target) >= logits.back())
      fail_target(classes.shape(), i, target, logits, options.ignore_index);
    t.scale.data()[i] = weights == nullptr ? Scalar(1) : weights[target];
    total += static_cast<double>(t.scale.data()[i]);
  }
  if (!(total > 0))
    fail("cross_entropy",
         fmt::format("targets {}: there is nothing to average, their weights sum to {}{}", to_string(classes.shape()),
                     total, t.any_ignored ? "; look for ignore_index" : ""));
  for (std::size_t i = 0; i < classes.size(); ++i)
    t.scale.data()[i] = static_cast<Scalar>(static_cast<double>(t.scale.data()[i]) / total);
  return t;
}

// -(1 - e) log p_target - e mean(log p) = log_total - ((1 - e) x_target + e mean(x) - shift)
Array cross_entropy_value(const Array& logits, const Targets& t) {
  const std::size_t classes = logits.shape().back();
  double loss = 0;
  for (std::size_t i = 0; i < t.classes.size(); ++i) {
    if (t.ignored.data()[i] != 0) continue;
    const Scalar* const row = logits.data() + i * classes;
    const auto [shift, log_total] = logsumexp_row(row, classes);
    Scalar expected = row[t.classes.data()[i]] - shift;
    if (t.smoothing > 0) {
      const Scalar total = sum_of(
          classes, [shift = shift](auto x) { return x - shift; }, row);
      const Scalar mean = total / static_cast<Scalar>(classes);
      expected += t.smoothing * (mean - expected);
    }
    loss += static_cast<double>(t.scale.data()[i]) * static_cast<double>(log_total - expected);
  }
  Array value(Shape{});
  value.data()[0] = static_cast<Scalar>(loss);
  return value;
}

// What the softmax is to become: rows of probabilities, (1 - e) one_hot(target) + e / C; zeros where ignored.
Tensor wanted_probabilities(const Targets& t, const Shape& logits) {
  Array y = zeros("cross_entropy", logits);
  const std::size_t classes = logits.back();
  for (std::size_t i = 0; i < t.classes.size(); ++i) {
    if (t.ignored.data()[i] != 0) continue;
    Scalar* const row = y.data() + i * classes;
    std::fill_n(row, classes, t.smoothing / static_cast<Scalar>(classes));
    row[t.classes.data()[i]] += 1 - t.smoothing;
  }
  return Tensor(std::move(y));
}

// The same derivative where nothing is recorded, in one pass over the logits.
Array cross_entropy_gradient(const Array& logits, const Targets& t, Scalar dy) {
  const std::size_t classes = logits.shape().back();
  Array dx = allocate("cross_entropy", logits.shape());
  for (std::size_t i = 0; i < t.classes.size(); ++i) {
    Scalar* const row = dx.data() + i * classes;
    if (t.ignored.data()[i] != 0) {
      std::fill_n(row, classes, Scalar(0));
      continue;
    }
    softmax_row(logits.data() + i * classes, row, classes);
    const Scalar scale = t.scale.data()[i] * dy, others = t.smoothing / static_cast<Scalar>(classes);
    row[t.classes.data()[i]] -= 1 - t.smoothing;
    for (std::size_t c = 0; c < classes; ++c) row[c] = (row[c] - others) * scale;
  }
  return dx;
}

}  // namespace

Tensor dropout(const Tensor& x, double p, Rng& rng) {
  if (!(p >= 0 && p <= 1)) fail("dropout", fmt::format("probability {}: expected 0 to 1", p));
  if (p == 0) return x;
  const Tensor kept(rng.bernoulli(x.shape(), p, p == 1 ? 0 : 1 / (1 - p)));
  return record("dropout", unrecorded([&] { return x * kept; }), wrt(x, [kept](auto& dy) { return dy * kept; }));
}

// d/dlogits = (softmax(logits) - wanted probabilities) * scale. Ignored rows are cleared first, so that nothing
// in them, NaN included, reaches a derivative.
Tensor cross_entropy(const Tensor& logits, const IndexArray& targets, const CrossEntropyOptions& options) {
  const Shape& shape = logits.shape();
  if (shape.empty()) fail("cross_entropy", "logits (): expected an axis of classes");
  check_shape("cross_entropy", "targets", Shape(shape.begin(), shape.end() - 1), targets.shape());
  if (options.weights.defined()) check_shape("cross_entropy", "weights", Shape{shape.back()}, options.weights.shape());
  if (options.weights.requires_grad())
    fail("cross_entropy", "weights are constants and get no gradient: pass detach(weights)");
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1))
    fail("cross_entropy", fmt::format("label_smoothing {}: expected 0 to 1", options.label_smoothing));
  if (options.label_smoothing > 0 && options.weights.defined())
    fail("cross_entropy", "label_smoothing and weights: give one of them");
  Targets t = weigh_targets(shape, targets, options);
  Array value = cross_entropy_value(logits.value(), t);
  return record("cross_entropy", std::move(value), wrt(logits, [logits, t = std::move(t)](auto& dy) {
                  if (Tape::current() == nullptr) return Tensor(cross_entropy_gradient(logits.value(), t, dy.item()));
                  const Tensor ignored(share(t.ignored, t.ignored.shape()));
                  const Tensor scale(share(t.scale, t.scale.shape()));
                  const Tensor seen = t.any_ignored ? masked_fill(logits, ignored, 0) : logits;
                  return (softmax(seen) - wanted_probabilities(t, logits.shape())) * (dy * scale);
                }));
}

// -t log s(x) - (1 - t) log(1 - s(x)) = max(x, 0) - x t + log(1 + exp(-|x|)), exact where it is small
Tensor bce_with_logits(const Tensor& logits, const Tensor& targets) {
  const Tensor &x = logits, &t = targets;
  check_shape("bce_with_logits", "targets", x.shape(), t.shape());
  if (x.size() == 0)
    fail("bce_with_logits", fmt::format("logits {}: there is nothing to average", to_string(x.shape())));
  const Tensor n = static_cast<Scalar>(x.size());
  return record("bce_with_logits", unrecorded([&] { return mean(relu(x) - x * t + log1p(exp(-abs(x)))); }),
                wrt(x, [x, t, n](auto& dy) { return (sigmoid(x) - t) * (dy / n); }),
                wrt(t, [x, n](auto& dy) { return -x * (dy / n); }));
}

Tensor mse(const Tensor& x, const Tensor& y) {
  check_shape("mse", "y", x.shape(), y.shape());
  const Tensor distance = x - y;
  return mean(distance * distance);
}

}  // namespace rw::inline REWIND_ABI
