// PyTorch's outputs, final states and every gradient; Keras' two GRUs. The values come from tests/golden/*.py.
#include "tests/nn/golden.hpp"
#include "nn/bidirectional.hpp"
#include "nn/cells/cells.hpp"
#include "nn/stacked.hpp"
#include "nn/train/keras.hpp"
#include "tests/nn/support.hpp"

using namespace rw;

namespace {

template <class Layer>
void check_case(Layer layer, const std::map<std::string, Array>& g) {
  nn::NamedArrays weights;
  for (const auto& [name, array] : g)
    if (name.starts_with("weight") || name.starts_with("bias")) weights.emplace_back(name, array);
  nn::load_into(nn::named_parameters(layer), weights);

  // h0 (L, B, H) and c0 hold the layers' states one after the other: h, c of the first, ...
  std::map<std::string, Tensor> leaves{{"x", parameter(g.at("x"))}, {"h0", parameter(g.at("h0"))}};
  if (g.contains("c0")) leaves["c0"] = parameter(g.at("c0"));
  const IndexArray lengths = xt::cast<Index>(g.at("lengths"));

  Tape tape;
  const Tensors h0 = unbind(leaves["h0"]), c0 = g.contains("c0") ? unbind(leaves["c0"]) : Tensors{};
  Tensors start, hn, cn;
  for (std::size_t i = 0; i < h0.size(); ++i) {
    start.push_back(h0[i]);
    if (!c0.empty()) start.push_back(c0[i]);
  }
  const auto [outputs, last] = layer(leaves["x"], state_of(layer.zero_state(lengths.size()), start),
                                     nn::mask_of_lengths(lengths, g.at("x").shape()[0]));
  const Tensors ends = tensors_of(last);
  for (std::size_t i = 0; i < ends.size(); ++i) (c0.empty() || i % 2 == 0 ? hn : cn).push_back(ends[i]);
  std::map<std::string, Tensor> results{{"outputs", outputs}, {"hn", stack(hn)}};
  if (!cn.empty()) results["cn"] = stack(cn);
  Tensor loss = Scalar(0);
  for (const auto& [name, y] : results) {
    INFO(name);
    check_close(y.value(), g.at(name), parity);
    loss = loss + sum(y * Tensor(g.at("cotangent." + name)));
  }
  tape.backward(loss);
  for (const auto& [name, parameter] : nn::named_parameters(layer)) leaves[name] = parameter;
  for (const auto& [name, leaf] : leaves) {
    INFO("gradient of " << name);
    check_close(leaf.grad().value(), g.at("grad." + name), parity);
  }
}

template <class Cell, template <class> class Layer>
void check_cell(const std::string& direction) {
  for (const std::size_t layers : {1u, 2u})
    for (const char* lengths : {"full", "ragged"}) {
      const std::string name = std::string(Cell::name) + "." + std::to_string(layers) + "." + direction + "." + lengths;
      INFO(name);
      Rng rng(1);
      check_case(nn::Stacked<Cell, Layer>(2, 3, layers, 0, rng), golden("recurrent.safetensors", name + "/"));
    }
}

// Weights given in Keras' layout, and taken back.
template <class Cell>
void check_keras() {
  INFO(Cell::name);
  const auto g = golden("keras_gru.safetensors", std::string(Cell::name) + "/");
  const nn::KerasWeights keras{g.at("kernel"), g.at("recurrent_kernel"), g.at("bias")};
  Rng rng(1);
  nn::Stacked<Cell> layer(3, 4, 1, 0, rng);
  const nn::NamedArrays arrays = nn::from_keras(Cell::name, keras);
  nn::load_into(nn::named_parameters(layer), arrays);
  check_close(layer(g.at("x")).outputs.value(), g.at("outputs"), parity);
  const nn::KerasWeights back = nn::to_keras(Cell::name, arrays);
  CHECK((back.kernel == keras.kernel && back.recurrent_kernel == keras.recurrent_kernel && back.bias == keras.bias));
}

}  // namespace

TEMPLATE_TEST_CASE("PyTorch's layers, every gradient", "", nn::RNNCell, nn::LSTMCell, nn::GRUCell) {
  check_cell<TestType, nn::Recurrent>("uni");
  check_cell<TestType, nn::Bidirectional>("bi");
}

TEST_CASE("Keras' two forms of the GRU") {
  check_keras<nn::GRUCell>();
  check_keras<nn::GRUResetBeforeCell>();
}

TEST_CASE("Keras' SimpleRNN and LSTM go through both doors") {
  Rng rng(2);
  for (const auto& [cell, gates] : {std::pair<const char*, std::size_t>{"rnn", 1}, {"lstm", 4}}) {
    const nn::KerasWeights keras{rng.normal({3, gates * 4}), rng.normal({4, gates * 4}), rng.normal({gates * 4})};
    const nn::NamedArrays arrays = nn::from_keras(cell, keras, "_l1_reverse");
    CHECK(arrays[1].first == "weight_hh_l1_reverse");
    CHECK(arrays[0].second(2, 1) == keras.kernel(1, 2));
    const nn::KerasWeights back = nn::to_keras(cell, arrays, "_l1_reverse");
    CHECK((back.kernel == keras.kernel && back.recurrent_kernel == keras.recurrent_kernel && back.bias == keras.bias));
  }
}

TEST_CASE("Keras' weights that do not fit are named") {
  using Catch::Matchers::Contains;
  Rng rng(3);
  const auto weights = [&](const Shape& kernel, const Shape& recurrent, const Shape& bias) {
    return nn::KerasWeights{rng.normal(kernel), rng.normal(recurrent), rng.normal(bias)};
  };
  CHECK_THROWS_WITH(nn::from_keras("mgu", weights({3, 8}, {4, 8}, {8})), Contains("cell 'mgu'"));
  CHECK_THROWS_WITH(nn::from_keras("lstm", weights({3, 16}, {4, 12}, {16})),
                    Contains("recurrent_kernel: expected (4, 16)"));
  CHECK_THROWS_WITH(nn::from_keras("gru", weights({3, 12}, {4, 12}, {12})),
                    Contains("bias: expected (2, 12), got (12)"));
  CHECK_THROWS_WITH(nn::to_keras("lstm", {}), Contains("'weight_hh_l0' is missing"));
  CHECK_THROWS_WITH(nn::to_keras("mgu", {}), Contains("cell 'mgu'"));
  auto misshapen = nn::from_keras("lstm", weights({3, 16}, {4, 16}, {16}));
  misshapen[1].second = rng.normal({16, 3});
  CHECK_THROWS_WITH(nn::to_keras("lstm", misshapen), Contains("recurrent_kernel: expected (3, 12), got (3, 16)"));
}
