// Layer normalisation (Ba, Kiros & Hinton 2016): rows of D elements.
#include "autograd/check.hpp"
#include "autograd/ops/kernels.hpp"
#include "autograd/ops/rows.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI {
namespace {

struct Moments {
  Scalar mean, scale;  // scale: 1 / sqrt(var + eps)
};

Moments moments_of(const Scalar* x, std::size_t D, Scalar eps) {
  const auto n = static_cast<Scalar>(D);
  const Scalar mean = sum_of(
                          D, [](auto v) { return v; }, x) /
                      n;
  const Scalar var = sum_of(
                         D, [mean](auto v) { return (v - mean) * (v - mean); }, x) /
                     n;
  return {mean, 1 / std::sqrt(var + eps)};
}

// x^ = (x - mean) scale,  g = dy w
// dx = scale (g - mean(g) - x^ mean(g x^)),  dw = sum of rows dy x^,  db = sum of rows dy
struct Gradients {
  Array dx, dw, db;
};
Gradients gradients(const Array& x, const Array& w, const Array& dy, const pool::Vector<Moments>& moments, Array dx) {
  const std::size_t D = w.size();
  Gradients g{std::move(dx), zeros("layer_norm", w.shape()), zeros("layer_norm", w.shape())};
  for (std::size_t r = 0; r < moments.size(); ++r) {
    const auto [mean, scale] = moments[r];
    const Scalar *const xr = x.data() + r * D, *const dyr = dy.data() + r * D;
    const auto n = static_cast<Scalar>(D);
    const auto normed = [mean = mean, scale = scale](auto v) { return (v - mean) * scale; };
    const Scalar g_mean = sum_of(
                              D, [](auto d, auto v) { return d * v; }, dyr, w.data()) /
                          n;
    const Scalar gx_mean = sum_of(
                               D, [&](auto d, auto v, auto u) { return d * v * normed(u); }, dyr, w.data(), xr) /
                           n;
    const auto dx_of = [&, s = scale](auto d, auto v, auto u) { return (d * v - g_mean - normed(u) * gx_mean) * s; };
    fill_with(g.dx.data() + r * D, D, dx_of, dyr, w.data(), xr);
    fill_with(
        g.dw.data(), D, [&](auto sum, auto d, auto u) { return sum + d * normed(u); }, g.dw.data(), dyr, xr);
    fill_with(
        g.db.data(), D, [](auto sum, auto d) { return sum + d; }, g.db.data(), dyr);
  }
  return g;
}

// The same in operations, to be differentiated again.
void add_recorded(Rewinding& step, const Tensor& x, const Tensor& w, Scalar eps) {
  const Tensor& dy = step.cotangent();
  const Tensor centred = x - mean(x, {-1}, true);
  const Tensor deviation = sqrt(mean(centred * centred, {-1}, true) + eps);
  const Tensor normed = centred / deviation, g = dy * w;
  if (step.wants(0)) step.add(0, (g - mean(g, {-1}, true) - normed * mean(g * normed, {-1}, true)) / deviation);
  if (step.wants(1)) step.add(1, sum_to(dy * normed, w.shape()));
  if (step.wants(2)) step.add(2, sum_to(dy, w.shape()));
}

}  // namespace

Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, Scalar eps) {
  if (x.dim() == 0) fail("layer_norm", "x (): a scalar has no axes");
  const std::size_t D = x.shape().back();
  check_shape("layer_norm", "weight", {D}, weight.shape());
  check_shape("layer_norm", "bias", {D}, bias.shape());
  Array value = allocate("layer_norm", x.shape());
  pool::Vector<Moments> moments(D == 0 ? 0 : x.size() / D);
  for (std::size_t r = 0; r < moments.size(); ++r) {
    const Scalar* const row = x.value().data() + r * D;
    const auto [mean, scale] = moments[r] = moments_of(row, D, eps);
    const auto f = [mean = mean, scale = scale](auto v, auto w, auto b) { return (v - mean) * scale * w + b; };
    fill_with(value.data() + r * D, D, f, row, weight.value().data(), bias.value().data());
  }
  const Tensor inputs[] = {x, weight, bias};
  const Tensor y = result("layer_norm", std::move(value), inputs);
  record("layer_norm", inputs, {&y, 1}, [x, weight, eps, moments = std::move(moments)](Rewinding& step) {
    if (step.recording()) return add_recorded(step, x, weight, eps);
    Gradients g = gradients(x.value(), weight.value(), step.cotangent().value(), moments, step.place(0));
    if (step.wants(0)) step.add(0, std::move(g.dx));
    if (step.wants(1)) step.add(1, std::move(g.dw));
    if (step.wants(2)) step.add(2, std::move(g.db));
  });
  return y;
}

}  // namespace rw::inline REWIND_ABI
