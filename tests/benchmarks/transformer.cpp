// A training step of a Transformer's encoder, of Rewind and of libtorch, which first show that they compute the same.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

#include "autograd/ops.hpp"
#include "autograd/profile.hpp"
#include "autograd/tape.hpp"
#include "autograd/workers.hpp"
#include "encoder.hpp"
#include "layers.hpp"
#include "nn/data_parallel.hpp"
#include "nn/transformer.hpp"

using namespace rw;
using namespace rw::bench;

namespace {

nn::TransformerOptions options_of(const Encoder& e) {
  return {.width = e.E, .heads = e.heads, .feed_forward = e.F, .layers = e.N, .dropout = e.dropout};
}

// A step on `threads` parts of the batch.
struct EncoderRun {
  Rng rng{1};
  nn::TransformerEncoder encoder;
  Tensors x, dy;  // of each part

  EncoderRun(const Encoder& e, const EncoderData& data, int threads) : encoder(options_of(e), rng, e.causal) {
    for (auto& [name, p] : nn::named_parameters(encoder))
      std::copy(data.weights.at(name).begin(), data.weights.at(name).end(), p.mutate().data());
    const auto n = static_cast<std::size_t>(threads);
    for (std::size_t i = 0; i < n; ++i)
      for (const auto& [parts, whole] : {std::pair(&x, &data.x), std::pair(&dy, &data.dy)}) {
        Array array(Shape{e.T, e.B, e.E});
        std::copy(whole->begin(), whole->end(), array.data());
        const auto at = [&](std::size_t part) { return static_cast<std::ptrdiff_t>(nn::part_begin(e.B, n, part)); };
        parts->push_back(parameter(slice(Tensor(std::move(array)), 1, at(i), at(i + 1)).value()));
      }
    for (Tensor& part : dy) part = detach(part);
  }
  Tensor loss() {
    return nn::parallel_loss(encoder, rng, x.size(), [&](const nn::TransformerEncoder& copy, std::size_t i) {
      return sum(copy(x[i]).output * dy[i]);
    });
  }
  double step() {
    for (Tensor& p : nn::parameters(encoder)) p.mutate(), p.zero_grad();  // as if an optimiser had changed them
    for (Tensor& part : x) part.zero_grad();
    Tape tape;
    const Tensor total = loss();
    tape.backward(total);
    return static_cast<double>(total.item());
  }
};

EncoderData random_data(const Encoder& e) {
  Rng rng(2);
  nn::TransformerEncoder encoder(options_of(e), rng);
  EncoderData data;
  for (const auto& [name, p] : nn::named_parameters(encoder))
    data.weights[name].assign(p.value().data(), p.value().data() + p.size());
  for (std::vector<float>* to : {&data.x, &data.dy}) {
    const Array z = rng.normal({e.T, e.B, e.E});
    to->assign(z.data(), z.data() + z.size());
  }
  return data;
}

Contestant rewind_step(const Encoder& e, const EncoderData& data, int threads) {
  auto run = std::make_shared<EncoderRun>(e, data, threads);
  return {fmt::format("Rewind {}", threads), [threads] { set_threads(threads); }, [run] { run->step(); }};
}

EncoderResult rewind_result(const Encoder& e, const EncoderData& data, int threads) {
  set_threads(threads);
  EncoderRun run(e, data, threads);
  const double loss = run.step();
  double squares = 0;
  Tensors all = nn::parameters(run.encoder);
  all.insert(all.end(), run.x.begin(), run.x.end());
  for (const Tensor& p : all)
    for (const Scalar g : p.grad().value()) squares += static_cast<double>(g) * static_cast<double>(g);
  return {loss, std::sqrt(squares)};
}

// Both libraries compute the same, or the race would mean nothing.
void compare(Encoder e, const EncoderData& data) {
  e.dropout = 0;
#ifdef REWIND_BENCH_PEERS
  const EncoderResult peer = torch_result(e, data);
#else
  const EncoderResult peer = rewind_result(e, data, 1);
#endif
  for (const int threads : {1, 2}) {
    const EncoderResult own = rewind_result(e, data, threads);
    const auto apart = [](double a, double b) { return std::abs(a - b) > 1e-4 * std::max(1., std::abs(b)); };
    if (!apart(own.loss, peer.loss) && !apart(own.gradient_norm, peer.gradient_norm)) continue;
    fmt::print(stderr, "loss {} and gradients of norm {} on {} threads; of the peer: {} and {}\n", own.loss,
               own.gradient_norm, threads, peer.loss, peer.gradient_norm);
    std::exit(1);
  }
}

std::vector<Contestant> contestants(const Encoder& e, const EncoderData& data) {
  std::vector<Contestant> all{sgemm_peak(1), sgemm_peak(2), rewind_step(e, data, 1), rewind_step(e, data, 2)};
#ifdef REWIND_BENCH_PEERS
  for (const auto& [own, blas] : {std::pair(1, 1), std::pair(1, 2), std::pair(2, 1), std::pair(2, 2)})
    all.push_back(torch_step(e, data, own, blas));
#endif
  return all;
}

void print_training(const Encoder& e, int rounds, const std::string& only) {
  const EncoderData data = random_data(e);
  compare(e, data);
  std::vector<Contestant> all = contestants(e, data);
  if (!only.empty()) std::erase_if(all, [&](const Contestant& c) { return c.name != only; });
  std::vector<double> ms = race(all, rounds);
  if (!only.empty()) return fmt::print("{}: {:.2f} ms\n", only, ms.at(0));
  ms.resize(8, NAN);
  const double best = std::fmin(std::fmin(ms[5], ms[6]), ms[7]);
  const auto bound = [&](int i) { return e.flops() / peak_flops * ms[static_cast<std::size_t>(i)]; };
  fmt::print(
      "| {}, {}, {} | {:.1f} | {:.0f} % | {:.1f} | {:.1f} | {:.0f} % | {:.1f} | {:.1f} | {:.1f} | {:.2f} | {:.2f} | "
      "{:.2f} |\n",
      e.F, e.dropout, e.causal ? "causal" : "none", ms[2], 100 * bound(0) / ms[2], ms[4], ms[3], 100 * bound(1) / ms[3],
      ms[5], ms[6], ms[7], ms[2] / ms[4], ms[3] / best, ms[2] / ms[3]);
  std::fflush(stdout);
}

void print_training(int rounds) {
  std::puts(
      "| F, dropout, mask | Rewind, 1 thread: ms | of bound | libtorch 1, 1 | Rewind, 2 threads: ms | of bound | "
      "libtorch "
      "1, 2 | 2, 1 | 2, 2 | to libtorch, 1 | to libtorch's best, 2 | 2 threads to 1 |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|");
  for (const std::size_t F : {1024, 2048})
    for (const double dropout : {0., 0.1})
      for (const bool causal : {false, true})
        print_training({.F = F, .dropout = dropout, .causal = causal}, rounds, "");
}

void print_profile(const Encoder& e) {
  set_threads(1);
  EncoderRun run(e, random_data(e), 1);
  for (int i = 0; i < 3; ++i) run.step();
  Tape tape;
  Profile& profile = tape.profile();
  tape.backward(run.loss());
  profile.print(std::cout);
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 15;
  Encoder one;
  std::string only;
  bool profile = false;
  CLI::App app("A Transformer's training step beside libtorch's; medians");
  add_rounds(app, rounds);
  app.add_option("--only", only, "Run the step of this contestant alone, such as 'Rewind 2': for a profiler");
  app.add_flag("--profile", profile, "Print where a step's time goes, on one thread");
  app.add_option("--feed-forward", one.F, "F, of --only and --profile")->capture_default_str();
  app.add_option("--dropout", one.dropout, "of --only and --profile")->capture_default_str();
  app.add_flag("--causal", one.causal, "A causal mask, of --only and --profile");
  parse(app, argc, argv);
  if (profile) return print_profile(one), 0;
  if (!only.empty()) return print_training(one, rounds, only), 0;
  print_training(rounds);
}
