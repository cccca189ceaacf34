#include <cblas.h>
#include <torch/torch.h>

#include <memory>

#include "peers.hpp"

namespace rw::bench {
namespace {

// Its own threads slow it down at these sizes; those of BLAS do not.
void use_threads(int n) {
  at::set_num_threads(1);
  openblas_set_num_threads(n);
}

std::int64_t size(std::size_t n) { return static_cast<std::int64_t>(n); }

// Calls f(module) with the recurrent module of these layers.
template <class F>
auto with_module(const Layers& l, std::int64_t input, F f) {
  const auto h = size(l.H), n = size(l.L);
  if (l.cell == "lstm") return f(torch::nn::LSTM(torch::nn::LSTMOptions(input, h).num_layers(n)));
  if (l.cell == "gru") return f(torch::nn::GRU(torch::nn::GRUOptions(input, h).num_layers(n)));
  return f(torch::nn::RNN(torch::nn::RNNOptions(input, h).num_layers(n)));
}

std::string label(int threads) { return "libtorch " + std::to_string(threads); }

}  // namespace

Contestant torch_step(const Layers& layers, int threads) {
  torch::manual_seed(1);
  const auto shape = {size(layers.T), size(layers.B), size(layers.H)};
  auto x = torch::randn(shape), dy = torch::randn(shape);
  x.set_requires_grad(true);
  return with_module(layers, size(layers.H), [&](auto module) -> Contestant {
    return {label(threads), [threads] { use_threads(threads); },
            [module, x, dy]() mutable {
              for (auto& p : module->parameters()) p.mutable_grad() = torch::Tensor();
              x.mutable_grad() = torch::Tensor();
              std::get<0>(module->forward(x)).backward(dy);
            }};
  });
}

Contestant torch_step(const CharModel& model, int threads) {
  torch::manual_seed(1);
  struct Net : torch::nn::Module {
    torch::nn::Embedding embedding;
    torch::nn::LSTM lstm;
    torch::nn::Linear decoder;
    Net(const CharModel& m)
        : embedding(register_module("embedding", torch::nn::Embedding(size(m.V), size(m.E)))),
          lstm(register_module(
              "lstm",
              torch::nn::LSTM(torch::nn::LSTMOptions(size(m.E), size(m.layers.H)).num_layers(size(m.layers.L))))),
          decoder(register_module("decoder", torch::nn::Linear(size(m.layers.H), size(m.V)))) {}
  };
  auto net = std::make_shared<Net>(model);
  auto adam = std::make_shared<torch::optim::Adam>(net->parameters(), torch::optim::AdamOptions(1e-3));
  const auto shape = {size(model.layers.T), size(model.layers.B)};
  const auto inputs = torch::randint(size(model.V), shape), targets = torch::randint(size(model.V), shape).flatten();
  return {label(threads), [threads] { use_threads(threads); },
          [net, adam, inputs, targets, V = size(model.V)] {
            adam->zero_grad();
            const auto outputs = std::get<0>(net->lstm->forward(net->embedding->forward(inputs)));
            const auto logits = net->decoder->forward(outputs).view({-1, V});
            torch::nn::functional::cross_entropy(logits, targets).backward();
            torch::nn::utils::clip_grad_norm_(net->parameters(), 1.0);
            adam->step();
          }};
}

Contestant torch_additions(std::size_t rows, std::size_t columns, Work work) {
  auto x = torch::randn({size(rows), size(columns)});
  x.set_requires_grad(work != Work::forward);
  return {"libtorch", [] { use_threads(1); },
          [x, b = torch::randn({size(rows), size(columns)}), dy = torch::ones({size(rows), size(columns)}),
           work]() mutable {
            auto y = x;
            for (int i = 0; i < chain; ++i) y = y + b;
            x.mutable_grad() = torch::Tensor();
            if (work == Work::backward) y.backward(dy);
          }};
}

Contestant torch_inference(const Layers& layers) {
  torch::manual_seed(1);
  auto lstm = torch::nn::LSTM(torch::nn::LSTMOptions(size(layers.H), size(layers.H)).num_layers(size(layers.L)));
  const auto zeros = torch::zeros({size(layers.L), 1, size(layers.H)});
  auto state = std::make_shared<std::tuple<torch::Tensor, torch::Tensor>>(zeros, zeros);
  return {label(1), [] { use_threads(1); },
          [lstm, state, x = torch::randn({1, 1, size(layers.H)})]() mutable {
            const torch::NoGradGuard guard;
            *state = std::get<1>(lstm->forward(x, *state));
          }};
}

}  // namespace rw::bench
