// Lesson: a cell of your own. The library has no update-gate RNN (Collins, Sohl-Dickstein & Sussillo 2017); here it
// is, in thirty lines, and then it is checked, stacked, run both ways over sequences of different lengths, trained
// and saved. Nothing in the library knows of it.
#include <cstdio>

#include "autograd/gradcheck.hpp"
#include "examples/temporary_folder.hpp"
#include "nn/bidirectional.hpp"
#include "nn/linear.hpp"
#include "nn/stacked.hpp"
#include "nn/train/optim.hpp"
#include "nn/train/serialize.hpp"

using namespace rw;

// ---- the cell: what nn/cells/cell.hpp asks for ----

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

  // One step. The formula is a formula; it runs as one fused kernel, forward and backward. The products read h_prev,
  // which is s.h, or s.h under the layer's dropout.
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
    lengths(b) = static_cast<Index>(length);
    x(first, b, channel) += 2, x(second, b, 1 - channel) += 2;
    y(b, 0) = channel == 0 ? 1 : 0;
  }
  return {std::move(x), std::move(y), nn::mask_of_lengths(lengths, T)};
}

double accuracy(const Model& model, const Batch& batch) {
  const Array logits = model.forward(batch.x, batch.mask).value();
  double right = 0;
  for (std::size_t b = 0; b < logits.size(); ++b) right += (logits(b, 0) > 0) == (batch.y(b, 0) > 0) ? 1 : 0;
  return right / static_cast<double>(logits.size());
}

// Both derivatives of everything, through two bidirectional layers and padding.
bool derivatives_are_right(Rng& rng) {
  Model model(rng);
  const Batch batch = draw(4, 2, rng);
  Tensors inputs{parameter(batch.x)};
  for (const Tensor& p : nn::parameters(model)) inputs.push_back(p);
  const auto f = [&](const Tensors& x) {
    std::size_t i = 1;
    nn::for_each_parameter(model, [&](const std::string&, Tensor& p) { p = x[i++]; });
    return model.forward(x[0], batch.mask);
  };
  const auto first = gradcheck("ugrnn", f, inputs), second = gradgradcheck("ugrnn", f, inputs);
  std::printf("gradcheck: %s\ngradgradcheck: %s\n", first ? "right" : first.message.c_str(),
              second ? "right" : second.message.c_str());
  return first && second;
}

int main() {
  Rng rng(1);
  if (!derivatives_are_right(rng)) return 1;

  Model model(rng);
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-2});
  for (int step = 0; step <= 300; ++step) {
    const Batch batch = draw(20, 32, rng);
    Tape tape;
    const Tensor loss = bce_with_logits(model.forward(batch.x, batch.mask), batch.y);
    tape.backward(loss);
    nn::clip_grad_norm(nn::parameters(model), 1);
    optimizer->step();
    nn::zero_grad(model);
    if (step % 100 == 0) std::printf("step %3d  loss %.3f\n", step, static_cast<double>(loss.item()));
  }

  const examples::TemporaryFolder folder("your_own_cell");
  const std::string path = folder.path("model.safetensors");
  nn::save_safetensors(path, nn::copy_values(nn::named_parameters(model)));
  Model loaded(rng);
  nn::load_into(nn::named_parameters(loaded), nn::load_safetensors(path).arrays);
  const Batch test = draw(20, 1000, rng);
  const double right = accuracy(loaded, test);
  std::printf("saved and loaded: %.1f %% of 1000 new sequences are right\n", 100 * right);
  return right > 0.97 ? 0 : 1;
}
