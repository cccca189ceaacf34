// Lesson 8: a cell of your own. The library has no update-gate RNN (Collins, Sohl-Dickstein & Sussillo 2017); here it
// is, in thirty lines, and then it is checked, stacked, run both ways over sequences of different lengths, trained
// and saved. Nothing in the library knows of it.
#include "autograd/gradcheck.hpp"
#include "examples/lessons/claims.hpp"
#include "examples/temporary_folder.hpp"
#include "nn/bidirectional.hpp"
#include "nn/linear.hpp"
#include "nn/stacked.hpp"
#include "nn/train/optim.hpp"
#include "nn/train/serialize.hpp"

using namespace rw;

// (xg xc) = W_ih x + b_ih,  (hg hc) = W_hh h
// g = sigmoid(xg + hg),  h' = g h + (1 - g) tanh(xc + hc)
struct UGRNNCell {
  static constexpr const char* name = "ugrnn";
  using State = nn::HiddenState;

  Tensor weight_ih, weight_hh, bias_ih;  // (2H, D), (2H, H), (2H): the gate, the candidate

  UGRNNCell(std::size_t input, std::size_t hidden, Rng& rng)
      : weight_ih(nn::init::recurrent({2 * hidden, input}, hidden, rng)),
        weight_hh(nn::init::recurrent({2 * hidden, hidden}, hidden, rng)),
        bias_ih(nn::init::recurrent({2 * hidden}, hidden, rng)) {}

  State zero_state(std::size_t batch) const { return {nn::zero_hidden(batch, weight_hh.size(1))}; }
  static const Tensor& output(const State& s) { return s.h; }
  // What does not wait for the state: one product for all steps.
  Tensor project(const Tensor& x) const { return affine(x, weight_ih, bias_ih); }
  // One step, one fused kernel. The product reads h_prev: s.h, or s.h under the layer's dropout.
  State step(const Tensor& x, const State& s, const Tensor& h_prev) const {
    return {pointwise(
        "ugrnn",
        [](auto gate, auto candidate, auto h) {
          auto g = sigmoid(gate);
          return g * h + (1 - g) * tanh(candidate);
        },
        columns<2>(affine(h_prev, weight_hh, x)), s.h)};
  }

  void visit(auto&& f) { f("weight_ih", weight_ih), f("weight_hh", weight_hh), f("bias_ih", bias_ih); }
};

// ---- a model around it: which of two symbols came first, in sequences of different lengths? ----

struct Model {
  nn::Stacked<UGRNNCell, nn::Bidirectional> layers;
  nn::Linear decoder;
  explicit Model(Rng& rng) : layers(2, 8, 2, 0, rng), decoder(8, 1, rng) {}
  // x (T, B, 2) -> (B, 1): the backward scan's last state has seen the whole sequence, its first step last.
  Tensor forward(const Tensor& x, const nn::Mask& mask) const {
    return decoder(layers(x, mask).state.layers.back().backward.h);
  }
  void visit(auto&& f) { f("layers", layers), f("decoder", decoder); }
};

struct Batch {
  Array x, y;  // (T, B, 2), (B, 1)
  nn::Mask mask;
};

// Noise, with one mark in each of the two channels; y is 1 if the first channel's mark comes first.
Batch draw(std::size_t T, std::size_t B, Rng& rng) {
  Array x = rng.normal({T, B, 2}, 0, 0.2), y(Shape{B, 1});
  IndexArray lengths(Shape{B});
  for (std::size_t b = 0; b < B; ++b) {
    const std::size_t length = 2 + rng.below(T - 1), first = rng.below(length - 1);
    const std::size_t second = first + 1 + rng.below(length - 1 - first), channel = rng.below(2);
    lengths(b) = static_cast<Index>(length), y(b, 0) = channel == 0 ? 1 : 0;
    x(first, b, channel) += 2, x(second, b, 1 - channel) += 2;
  }
  return {std::move(x), std::move(y), nn::mask_of_lengths(lengths, T)};
}

double accuracy(const Model& model, const Batch& batch) {
  return mean(equal(greater(model.forward(batch.x, batch.mask), 0), Tensor(batch.y))).item();
}

// Both derivatives with respect to the input and every weight, through two bidirectional layers and padding.
void check_derivatives(Model model, const Batch& batch, lessons::Claims& claim) {
  Tensors inputs{parameter(batch.x)};
  for (const Tensor& p : nn::parameters(model)) inputs.push_back(p);
  const auto f = [&](const Tensors& x) {
    std::size_t i = 1;
    nn::for_each_parameter(model, [&](const std::string&, Tensor& p) { p = x[i++]; });
    return model.forward(x[0], batch.mask);
  };
  claim("derivatives", gradcheck("ugrnn", f, inputs).ok);
  claim("derivatives of the derivatives", gradgradcheck("ugrnn", f, inputs).ok);
}

int main() {
  lessons::Claims claim;
  Rng rng(1);
  Model model(rng);

  check_derivatives(model, draw(4, 2, rng), claim);
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-2});
  for (int step = 0; step < 300; ++step) {
    const Batch batch = draw(20, 32, rng);
    Tape tape;
    tape.backward(bce_with_logits(model.forward(batch.x, batch.mask), batch.y));
    nn::clip_grad_norm(nn::parameters(model), 1);
    optimizer->step();
    nn::zero_grad(model);
  }
  const Batch test = draw(20, 1000, rng);
  const double right = accuracy(model, test);
  claim("trained: more than 97 % of 1000 new sequences are right", right > 0.97);

  const examples::TemporaryFolder folder("your_own_cell");
  nn::save_safetensors(folder.path("model.safetensors"), nn::copy_values(nn::named_parameters(model)));
  Model loaded(rng);
  nn::load_into(nn::named_parameters(loaded), nn::load_safetensors(folder.path("model.safetensors")).arrays);
  claim("saved and loaded: as many", accuracy(loaded, test) == right);

  return claim.failed();
}
