// How does the gradient flow back through time? The norm of dL_T / dh_k by the distance T - k, exactly, through an RNN
// whose recurrent matrix is small, orthogonal or large, LSTMs with forget biases, and a GRU: at the start, and after
// they were trained on the adding problem. And what clipping does to the whole gradient at each update.
//
//   gradient_flow train --out DIR     trains every network and seed that DIR does not hold yet; then the table
//   gradient_flow table --out DIR     the table of what DIR holds; CSV files and a picture
//
// All in double, for what vanishes does so beyond the range of float.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "autograd/workers.hpp"
#include "examples/cases.hpp"
#include "examples/cli.hpp"
#include "examples/gradient_flow_plots.hpp"
#include "examples/gradient_flow_results.hpp"
#include "models/memory_task.hpp"
#include "nn/study/jacobians.hpp"
#include "nn/train/files.hpp"

namespace {

using namespace rw;

struct Network {
  std::string cell;
  double value;  // rnn: the spectral radius; lstm: the forget bias

  std::string name() const { return cell == "gru" ? cell : fmt::format("{}-{}", cell, value); }
};

// RNN: the recurrent matrix is `radius` times an orthogonal one, so all of its singular values are that; no biases.
void start_rnn(models::MemoryModel& model, double radius, Rng& rng) {
  nn::for_each_parameter(model, [&](const std::string& name, Tensor& p) {
    if (name.starts_with("rnn.bias")) p = nn::init::constant(p.shape(), 0);
    if (name != "rnn.weight_hh_l0") return;
    p = nn::init::orthogonal(p.size(0), p.size(1), rng);
    Array& weight = p.mutate();
    for (std::size_t i = 0; i < weight.size(); ++i) weight.data()[i] *= static_cast<Scalar>(radius);
  });
}

// What LSTMCell::set_forget_bias does: the gates are i f g o.
void set_forget_bias(models::MemoryModel& model, double bias) {
  nn::for_each_parameter(model, [&](const std::string& name, Tensor& p) {
    if (!name.starts_with("rnn.bias")) return;
    const std::size_t H = p.size(0) / 4;
    std::fill_n(p.mutate().data() + H, H, name == "rnn.bias_ih_l0" ? static_cast<Scalar>(bias) : Scalar(0));
  });
}

// lim |W^n|^(1/n), by squaring (Gelfand 1941).
double spectral_radius(Tensor w) {
  double logarithm = 0;
  for (int i = 0; i < 40; ++i) {
    const double norm = std::sqrt(static_cast<double>(sum(w * w).item()));
    if (norm == 0) return 0;
    logarithm += std::ldexp(std::log(norm), -i);
    w = w * static_cast<Scalar>(1 / norm);
    w = matmul(w, w);
  }
  return std::exp(logarithm);
}

// Geometric mean over the sequences, by steps before the end.
std::vector<double> by_distance(const Array& norms) {
  const std::size_t T = norms.shape()[0], B = norms.shape()[1];
  std::vector<double> means(T);
  for (std::size_t d = 0; d < T; ++d) {
    for (std::size_t b = 0; b < B; ++b) means[d] += std::log(static_cast<double>(norms(T - 1 - d, b)));
    means[d] = std::exp(means[d] / static_cast<double>(B));
  }
  return means;
}

nlohmann::json measure(models::MemoryModel& model, const models::MemoryConfig& config) {
  Rng fixed(54321);
  const std::vector<Array> norms = model.state_gradient_norms(config.batch, fixed);
  nlohmann::json stage;
  for (std::size_t i = 0; i < norms.size(); ++i) stage[i == 0 ? "h" : "c"] = by_distance(norms[i]);
  if (config.cell == "rnn")
    nn::for_each_parameter(model, [&](const std::string& name, const Tensor& p) {
      if (name != "rnn.weight_hh_l0") return;
      stage["radius"] = spectral_radius(detach(p)), stage["gain"] = nn::largest_singular_value(p.value());
    });
  return stage;
}

// The norm of the whole gradient at each update, before clipping.
std::vector<double> gradient_norms(const std::string& metrics_file) {
  std::vector<double> norms;
  std::istringstream lines(nn::read_file(metrics_file));
  for (std::string line; std::getline(lines, line);) norms.push_back(nlohmann::json::parse(line).at("grad_norm"));
  return norms;
}

struct Table {
  std::string out;

  bool operator()() const {
    examples::CaseFolder("gradient_flow", out).results([&](const auto& runs) {
      const examples::FlowResults results = examples::group_flows(runs);
      print(results);
      write_csv(results, out);
      draw(results, out);
    });
    return true;
  }
};

struct Train {
  std::string out;
  std::vector<double> radii = {0.5, 1, 2}, biases = {0, 1, 2};
  std::vector<std::uint64_t> seeds = {1, 2, 3};
  std::size_t length = 100, hidden = 32, batch = 32, steps = 2000;
  double clip = 1, lr = 1e-2;
  int threads = 0;

  void add_to(CLI::App& verb) {
    using namespace examples;
    verb.add_option("--out", out, "Folder of the results")->required();
    add_list(verb, "--radii", radii, "Spectral radii of the RNNs at the start; 1: orthogonal")
        .check(number_in(0, 100, true));
    add_list(verb, "--forget-biases", biases, "Of the LSTMs at the start").check(number_in(-100, 100));
    add_list(verb, "--seeds", seeds, "A training of each");
    verb.add_option("--length", length, "Steps T of a sequence")->check(number_in(4, 1e6))->capture_default_str();
    verb.add_option("--hidden", hidden, "Hidden units of each network")->check(at_least_1())->capture_default_str();
    verb.add_option("--batch", batch, "Sequences of an update")->check(at_least_1())->capture_default_str();
    verb.add_option("--steps", steps, "Updates of each training")->check(at_least_1())->capture_default_str();
    verb.add_option("--clip", clip, "Largest norm of the whole gradient; 0: any")
        ->check(number_in(0, 1e9))
        ->capture_default_str();
    verb.add_option("--lr", lr, "Learning rate")->check(number_in(0, 1e3, true))->capture_default_str();
    verb.add_option("--threads", threads, "Trainings side by side; 0: one for each core. They change no figure")
        ->check(number_in(0, 1024))
        ->capture_default_str();
  }

  bool operator()() const {
    const int at_once = threads > 0 ? threads : rw::threads();
    set_threads(at_once);
    const examples::CaseFolder folder("gradient_flow", out);
    folder.claim(
        {{"length", length}, {"hidden", hidden}, {"batch", batch}, {"steps", steps}, {"clip", clip}, {"lr", lr}});
    const auto tell = [](const nlohmann::json& r) {
      return fmt::format("loss {:.4f}; {:.0f} s", r.at("loss").get<double>(), r.at("seconds").get<double>());
    };
    return folder.train(cases(), tell, at_once) && Table{out}();
  }

 private:
  // Each once, whatever was given twice.
  std::vector<examples::Case> cases() const {
    std::vector<Network> networks;
    for (const double radius : std::set(radii.begin(), radii.end())) networks.push_back({"rnn", radius});
    for (const double bias : std::set(biases.begin(), biases.end())) networks.push_back({"lstm", bias});
    networks.push_back({"gru", 0});
    std::vector<examples::Case> all;
    for (const std::uint64_t seed : std::set(seeds.begin(), seeds.end()))
      for (const Network& network : networks)
        all.push_back({fmt::format("{}-{}", network.name(), seed), fmt::format("{}, seed {}", network.name(), seed),
                       [=, this](const std::string& directory) { return train(network, seed, directory); }});
    return all;
  }

  std::optional<nlohmann::json> train(const Network& network, std::uint64_t seed, const std::string& directory) const {
    const models::MemoryConfig config{.T = length, .cell = network.cell, .hidden = hidden, .batch = batch};
    Rng weights(seed), batches(seed + 1000000);
    models::MemoryModel model(config, weights);
    if (network.cell == "rnn") start_rnn(model, network.value, weights);
    if (network.cell == "lstm") set_forget_bias(model, network.value);
    models::MemoryTask task(model, config, batches);
    nlohmann::json report = {{"cell", network.cell},
                             {"value", network.value},
                             {"seed", seed},
                             {"length", length},
                             {"sequences", batch},
                             {"updates", steps},
                             {"clip", clip},
                             {"baseline", models::memory_baseline(config)},
                             {"start", measure(model, config)}};
    const nn::TrainingResult result = examples::train_case(
        task, lr, {.directory = directory, .steps = steps, .clip = clip, .validate_every = steps, .log_every = 1},
        report);
    if (result.interrupted) return {};
    if (report.contains("diverged")) return report;
    report["trained"] = measure(model, config);
    report["norms"] = gradient_norms(directory + "/metrics.jsonl");
    report["loss"] = result.last_loss, report["seconds"] = result.seconds;
    return report;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("How the gradient flows back through time: RNN, LSTM, GRU, at the start and after training");
  Train train;
  train.add_to(examples::add_verb(app, "train", "Train what --out does not hold yet, then the table", std::ref(train)));
  Table table;
  examples::add_verb(app, "table", "The table, as text and CSV, and a picture", std::ref(table))
      .add_option("--out", table.out, "Folder of the results")
      ->required();
  return examples::run(app, argc, argv);
}
