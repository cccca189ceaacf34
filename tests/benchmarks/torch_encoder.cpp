#include <cblas.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <memory>
#include <stdexcept>

#include "encoder.hpp"

namespace rw::bench {
namespace {

std::int64_t size(std::size_t n) { return static_cast<std::int64_t>(n); }

struct EncoderRun {
  torch::nn::TransformerEncoder encoder;
  torch::Tensor x, dy, mask;

  EncoderRun(const Encoder& e, const EncoderData& data)
      : encoder(torch::nn::TransformerEncoderOptions(torch::nn::TransformerEncoderLayerOptions(size(e.E), size(e.heads))
                                                         .dim_feedforward(size(e.F))
                                                         .dropout(e.dropout),
                                                     size(e.N))) {
    const auto filled = [](torch::Tensor to, const std::vector<float>& from) {
      if (to.numel() != size(from.size())) throw std::runtime_error("libtorch: a weight has another size");
      std::copy(from.begin(), from.end(), to.data_ptr<float>());
      return to;
    };
    for (auto& p : encoder->named_parameters()) filled(p.value().detach(), data.weights.at(p.key()));
    x = filled(torch::empty({size(e.T), size(e.B), size(e.E)}), data.x).set_requires_grad(true);
    dy = filled(torch::empty_like(x), data.dy);
    if (e.causal) mask = torch::nn::TransformerImpl::generate_square_subsequent_mask(size(e.T));
  }
  torch::Tensor step() {
    for (auto& p : encoder->parameters()) p.mutable_grad() = torch::Tensor();
    x.mutable_grad() = torch::Tensor();
    const auto y = encoder->forward(x, mask);
    y.backward(dy);
    return y;
  }
};

}  // namespace

Contestant torch_step(const Encoder& encoder, const EncoderData& data, int own_threads, int blas_threads) {
  torch::manual_seed(1);
  auto run = std::make_shared<EncoderRun>(encoder, data);
  return {fmt::format("libtorch {}, {}", own_threads, blas_threads),
          [=] { at::set_num_threads(own_threads), openblas_set_num_threads(blas_threads); },
          [run] { static_cast<void>(run->step()); }};
}

EncoderResult torch_result(const Encoder& encoder, const EncoderData& data) {
  EncoderRun run(encoder, data);
  const double loss = (run.step() * run.dy).to(torch::kDouble).sum().item<double>();
  auto squares = run.x.grad().to(torch::kDouble).square().sum();
  for (auto& p : run.encoder->parameters()) squares += p.grad().to(torch::kDouble).square().sum();
  return {loss, std::sqrt(squares.item<double>())};
}

}  // namespace rw::bench
