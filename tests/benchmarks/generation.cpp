// How the time of generation by a Transformer grows with the length, with the cache of keys and values and without: one
// sequence, one thread, three layers of width 256.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "autograd/ops.hpp"
#include "autograd/workers.hpp"
#include "nn/transformer.hpp"
#include "race.hpp"

using namespace rw;
using namespace rw::bench;

namespace {

const nn::TransformerOptions options{.dropout = 0};

// The milliseconds from the first step to each of the lengths.
std::vector<double> generation_times(const std::vector<std::size_t>& lengths, bool cached) {
  using Clock = std::chrono::steady_clock;
  Rng rng(1);
  const nn::TransformerEncoder encoder(options, rng, true);
  const Tensor x(rng.normal({lengths.back(), 1, options.width}));
  std::vector<double> times;
  nn::TransformerEncoder::Cache cache;
  const auto start = Clock::now();
  for (std::size_t t = 0, next = 0; next < lengths.size(); ++t) {
    const auto begin = static_cast<std::ptrdiff_t>(cached ? t : 0), end = static_cast<std::ptrdiff_t>(t + 1);
    const Tensor read = slice(x, 0, begin, end);
    static_cast<void>(cached ? encoder(read, cache).output : encoder(read).output);
    if (t + 1 < lengths[next]) continue;
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    ++next;
  }
  return times;
}

// Of each length by itself: noise is what a median is for.
std::vector<double> median_times(const std::vector<std::size_t>& lengths, bool cached, int rounds) {
  std::vector<std::vector<double>> all(lengths.size());
  for (int round = 0; round < rounds; ++round) {
    const std::vector<double> times = generation_times(lengths, cached);
    for (std::size_t i = 0; i < times.size(); ++i) all[i].push_back(times[i]);
  }
  std::vector<double> medians;
  for (auto& own : all) {
    std::nth_element(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(own.size() / 2), own.end());
    medians.push_back(own[own.size() / 2]);
  }
  return medians;
}

// p of the line through the points (log n, log time): time ~ n^p.
double exponent(const std::vector<std::size_t>& n, const std::vector<double>& times) {
  double x = 0, y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const double u = std::log(static_cast<double>(n[i])), v = std::log(times[i]);
    x += u, y += v, xx += u * u, xy += u * v;
  }
  const auto count = static_cast<double>(times.size());
  return (count * xy - x * y) / (count * xx - x * x);
}

// Step by step, the cache gives what all steps at once give.
void compare_generation() {
  constexpr std::size_t T = 40;
  Rng rng(1);
  const nn::TransformerEncoder encoder(options, rng, true);
  const Tensor x(rng.normal({T, 3, options.width})), all = encoder(x).output;
  nn::TransformerEncoder::Cache cache;
  Tensors steps;
  for (const Tensor& step : split(x, T)) steps.push_back(encoder(step, cache).output);
  const Scalar apart = max(abs(concat(steps) - all)).item();
  if (apart <= Scalar(1e-4)) return;
  fmt::print(stderr, "with the cache, outputs differ by {}\n", apart);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = rounds_asked(argc, argv, "Time of generation against length");
  set_threads(1);
  compare_generation();
  const std::vector<std::size_t> lengths{64, 128, 256, 512, 1024, 2048, 4096}, few{64, 128, 256, 512};
  const std::vector<double> with = median_times(lengths, true, rounds),
                            without = median_times(few, false, std::min(rounds, 3));
  std::puts(
      "| steps | all, ms | us a step, since the length before | to half of it | without the cache, ms "
      "|\n|---|---|---|---|---|");
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const double before = i == 0 ? 0 : with[i - 1], steps = static_cast<double>(lengths[i]) / (i == 0 ? 1 : 2);
    fmt::print("| {} | {:.1f} | {:.0f} | {} | {} |\n", lengths[i], with[i], 1000 * (with[i] - before) / steps,
               i == 0 ? "" : fmt::format("{:.2f}", with[i] / before),
               i < few.size() ? fmt::format("{:.1f}", without[i]) : "");
  }
  fmt::print("\ntime ~ steps^{:.2f} with the cache, steps^{:.2f} without it\n", exponent(lengths, with),
             exponent(few, without));
}
