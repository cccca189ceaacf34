#include "nn/train/optim.hpp"

#include <fmt/format.h>

#include <cmath>

#include "autograd/check.hpp"
#include "autograd/pointwise.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

// x now has the value of y, whose elements it takes over.
void assign(Tensor& x, const Tensor& y) { x.mutate() = share(y.value(), y.shape()); }

Tensor number(double x) { return Tensor(static_cast<Scalar>(x)); }

void check_range(const char* name, double value, double high) {
  if (!(value >= 0 && value < high))
    fail("optimizer", fmt::format("{} = {}: expected a number in [0, {})", name, value, high));
}

// v = momentum v + g;  p = p - lr v
struct SGD final : Optimizer {
  SGD(NamedParameters p, const OptimizerOptions& o)
      : Optimizer(std::move(p), o,
                  o.momentum > 0 ? std::vector<std::string>{"momentum_buffer"} : std::vector<std::string>{}) {}

  void update(Tensor& p, const Tensor& g, Moments& moments) override {
    if (moments.empty()) {
      const auto rule = [](auto x, auto dx, auto rate, auto decay) { return x - rate * (dx + decay * x); };
      return assign(p, pointwise_values("sgd", rule, p, g, number(lr), number(options_.weight_decay))[0]);
    }
    const auto rule = [](auto x, auto dx, auto v, auto rate, auto decay, auto momentum) {
      auto velocity = momentum * v + dx + decay * x;
      return outputs(x - rate * velocity, velocity);
    };
    const auto [x, v] = pointwise_values("sgd", rule, p, g, moments[0], number(lr), number(options_.weight_decay),
                                         number(options_.momentum));
    assign(p, x), assign(moments[0], v);
  }
};

// s = alpha s + (1 - alpha) g^2;  p = p - lr g / (sqrt(s) + eps)
struct RMSprop final : Optimizer {
  RMSprop(NamedParameters p, const OptimizerOptions& o) : Optimizer(std::move(p), o, {"square_avg"}) {}

  void update(Tensor& p, const Tensor& g, Moments& moments) override {
    const auto rule = [](auto x, auto dx, auto s, auto rate, auto decay, auto alpha, auto eps) {
      auto d = dx + decay * x;
      auto square = alpha * s + (1 - alpha) * (d * d);
      return outputs(x - rate * d / (sqrt(square) + eps), square);
    };
    const auto [x, s] = pointwise_values("rmsprop", rule, p, g, moments[0], number(lr), number(options_.weight_decay),
                                         number(options_.alpha), number(options_.eps));
    assign(p, x), assign(moments[0], s);
  }
};

// s = s + g^2;  p = p - lr g / (sqrt(s) + eps)
struct Adagrad final : Optimizer {
  Adagrad(NamedParameters p, const OptimizerOptions& o) : Optimizer(std::move(p), o, {"sum"}) {}

  void update(Tensor& p, const Tensor& g, Moments& moments) override {
    const auto rule = [](auto x, auto dx, auto s, auto rate, auto decay, auto eps) {
      auto d = dx + decay * x;
      auto sum = s + d * d;
      return outputs(x - rate * d / (sqrt(sum) + eps), sum);
    };
    const auto [x, s] = pointwise_values("adagrad", rule, p, g, moments[0], number(lr), number(options_.weight_decay),
                                         number(options_.eps));
    assign(p, x), assign(moments[0], s);
  }
};

// m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2;  p = p - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
// Adam adds weight_decay p to g; AdamW takes lr weight_decay p off p.
struct Adam final : Optimizer {
  bool decoupled;
  Adam(NamedParameters p, const OptimizerOptions& o, bool w)
      : Optimizer(std::move(p), o, {"exp_avg", "exp_avg_sq"}), decoupled(w) {}

  void update(Tensor& p, const Tensor& g, Moments& moments) override {
    const auto rule = [](auto x, auto dx, auto m, auto v, auto rate, auto root2, auto l2, auto shrink, auto b1, auto b2,
                         auto eps) {
      auto d = dx + l2 * x;
      auto mean = b1 * m + (1 - b1) * d;
      auto square = b2 * v + (1 - b2) * (d * d);
      return outputs(shrink * x - rate * mean / (sqrt(square) / root2 + eps), mean, square);
    };
    const double b1 = options_.beta1, b2 = options_.beta2, decay = options_.weight_decay;
    const auto [x, m, v] =
        pointwise_values("adam", rule, p, g, moments[0], moments[1], number(lr / (1 - std::pow(b1, steps_))),
                         number(std::sqrt(1 - std::pow(b2, steps_))), number(decoupled ? 0 : decay),
                         number(decoupled ? 1 - lr * decay : 1), number(b1), number(b2), number(options_.eps));
    assign(p, x), assign(moments[0], m), assign(moments[1], v);
  }
};

}  // namespace

Optimizer::Optimizer(NamedParameters parameters, const OptimizerOptions& options, std::vector<std::string> moment_names)
    : lr(options.lr), options_(options), parameters_(std::move(parameters)), moment_names_(std::move(moment_names)) {
  const double any = std::numeric_limits<double>::infinity();
  check_range("lr", lr, any), check_range("weight_decay", options.weight_decay, any),
      check_range("eps", options.eps, any);
  check_range("momentum", options.momentum, 1), check_range("alpha", options.alpha, 1);
  check_range("beta1", options.beta1, 1), check_range("beta2", options.beta2, 1);
  for (const auto& [name, p] : parameters_) {
    Moments moments;
    for (std::size_t i = 0; i < moment_names_.size(); ++i) moments.push_back(Tensor(Array(p.shape(), Scalar(0))));
    moments_.push_back(std::move(moments));
  }
}

void Optimizer::step() {
  const Pause pause;
  ++steps_;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (Tensor& p = parameters_[i].second; p.grad().defined()) update(p, p.grad(), moments_[i]);
}

NamedArrays Optimizer::state() const {
  NamedArrays all{{"step", Array(Shape{}, static_cast<Scalar>(steps_))}};
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    for (std::size_t k = 0; k < moment_names_.size(); ++k)
      all.emplace_back(parameters_[i].first + "." + moment_names_[k], moments_[i][k].value());
  return all;
}

void Optimizer::set_state(const NamedArrays& state) {
  NamedParameters expected{{"step", Tensor(Array(Shape{}, Scalar(0)))}};
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    for (std::size_t k = 0; k < moment_names_.size(); ++k)
      expected.emplace_back(parameters_[i].first + "." + moment_names_[k], moments_[i][k]);
  load_into(expected, state);
  steps_ = static_cast<double>(expected[0].second.item());
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const NamedParameters& parameters,
                                          const OptimizerOptions& options) {
  if (name == "sgd") return std::make_unique<SGD>(parameters, options);
  if (name == "rmsprop") return std::make_unique<RMSprop>(parameters, options);
  if (name == "adagrad") return std::make_unique<Adagrad>(parameters, options);
  if (name == "adam") return std::make_unique<Adam>(parameters, options, false);
  if (name == "adamw") return std::make_unique<Adam>(parameters, options, true);
  fail("optimizer", fmt::format("'{}' is unknown: choose sgd, rmsprop, adagrad, adam or adamw", name));
}

double clip_grad_norm(const Tensors& parameters, double max_norm) {
  double squares = 0;
  for (const Tensor& p : parameters) {
    const Tensor g = p.grad();
    if (!g.defined()) continue;
    const Scalar* x = g.value().data();
    Scalar lanes[16] = {};  // a plain double sum would not be vectorised
    const std::size_t n = g.size(), whole = n - n % 16;
    for (std::size_t i = 0; i < whole; i += 16)
      for (std::size_t k = 0; k < 16; ++k) lanes[k] += x[i + k] * x[i + k];
    for (std::size_t i = whole; i < n; ++i) lanes[i - whole] += x[i] * x[i];
    for (Scalar lane : lanes) squares += static_cast<double>(lane);
  }
  const double norm = std::sqrt(squares);
  if (max_norm > 0 && norm > max_norm) {
    const Scalar scale = static_cast<Scalar>(max_norm / norm);
    for (const Tensor& p : parameters) {
      Tensor g = p.grad();
      if (!g.defined()) continue;
      Scalar* x = g.mutate().data();
      for (std::size_t i = 0, n = g.size(); i < n; ++i) x[i] *= scale;
    }
  }
  return norm;
}

}  // namespace rw::inline REWIND_ABI::nn
