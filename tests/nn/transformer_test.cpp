// Multi-head attention and the layers of a Transformer: PyTorch's values, derivatives, masks, caches.
#include "nn/transformer.hpp"

#include <limits>

#include "nn/data_parallel.hpp"
#include "tests/nn/golden.hpp"
#include "tests/nn/gradients.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t T = 4, S = 5, B = 3, E = 8;
const IndexArray lengths = indices({4, 2, 3}), memory_lengths = indices({5, 3, 1});

nn::TransformerOptions options(bool norm_first = false, const char* activation = "relu", bool rotary = false) {
  return {.width = E,
          .heads = 2,
          .feed_forward = 12,
          .layers = 2,
          .dropout = 0,
          .activation = activation,
          .norm_first = norm_first,
          .rotary = rotary};
}

// run(module, x, memory) beside PyTorch's: output, and the gradient of every parameter and input.
template <class Module, class Run>
void check_golden(const std::string& name, Module module, const Run& run) {
  INFO(name);
  nn::zero_grad(module);
  const auto g = golden("transformer.safetensors", name + "/");
  std::map<std::string, Tensor> leaves;
  for (const auto& [parameter_name, p] : nn::named_parameters(module)) leaves[parameter_name] = p;
  nn::NamedArrays weights;
  for (const auto& [leaf, tensor] : leaves) weights.emplace_back(leaf, g.at(leaf));
  nn::load_into(nn::named_parameters(module), weights);
  for (const char* input : {"x", "memory"})
    if (g.contains(input)) leaves[input] = parameter(g.at(input));
  Tape tape;
  const Tensor output = run(module, leaves["x"], leaves["memory"]);
  const Tensor cotangent = g.at("cotangent");
  if (name.find("masked") == std::string::npos) check_close(output.value(), g.at("output"), parity);
  const nn::Mask real = name.starts_with("encoder") && name.find("masked") != std::string::npos
                            ? nn::mask_of_lengths(lengths, T)
                            : nn::Mask();
  const Tensor kept = real.zero_padding(output);
  check_close(kept.value(), g.at("output"), parity);
  tape.backward(sum(kept * cotangent));
  std::size_t compared = 0;
  for (const auto& [leaf, tensor] : leaves) {
    if (!tensor.defined()) continue;
    INFO("gradient of " << leaf);
    check_close(tensor.grad().value(), g.at("grad." + leaf), parity);
    ++compared;
  }
  CHECK(compared >= 5);
}

// Outputs of the steps one after another.
template <class Step>
Tensor step_by_step(const Tensor& x, const Step& step) {
  Tensors outputs;
  for (std::ptrdiff_t t = 0; t < static_cast<std::ptrdiff_t>(x.size(0)); ++t)
    outputs.push_back(step(slice(x, 0, t, t + 1)).output);
  return concat(outputs, 0);
}

IndexArray rows(std::initializer_list<Index> values) { return indices(values); }

}  // namespace

TEST_CASE("PyTorch's MultiheadAttention, every gradient") {
  Rng rng(1);
  const nn::MultiheadAttention attention(E, 2, 0, rng);
  check_golden("attention.full", attention, [](auto& m, const Tensor& x, const Tensor&) { return m(x).output; });
  check_golden("attention.full", attention, [](auto& m, const Tensor& x, const Tensor&) { return m(x, x, x).output; });
  check_golden("attention.causal", attention,
               [](auto& m, const Tensor& x, const Tensor&) { return m(x, nn::causal_mask(T)).output; });
  const Tensor mask = nn::padding_mask(nn::mask_of_lengths(memory_lengths, S));
  check_golden("attention.cross", attention,
               [&](auto& m, const Tensor& x, const Tensor& memory) { return m(x, memory, memory, mask).output; });
  check_golden("attention.cross", attention, [&](auto& m, const Tensor& x, const Tensor& memory) {
    return m(x, memory, memory * 1, mask).output;  // keys and values that are two tensors
  });
}

TEST_CASE("PyTorch's encoder and decoder layers, every gradient") {
  Rng rng(1);
  for (const bool norm_first : {false, true})
    for (const char* activation : {"relu", "gelu"})
      for (const bool masked : {false, true}) {
        const std::string variant =
            std::string(norm_first ? "pre." : "post.") + activation + (masked ? ".masked" : ".full");
        const nn::TransformerOptions o = options(norm_first, activation);
        const Tensor mask = masked ? nn::padding_mask(nn::mask_of_lengths(lengths, T)) : Tensor();
        check_golden("encoder." + variant, nn::TransformerEncoderLayer(o, rng),
                     [&](auto& m, const Tensor& x, const Tensor&) { return m(x, mask).output; });
        const Tensor memory_mask = masked ? nn::padding_mask(nn::mask_of_lengths(memory_lengths, S)) : Tensor();
        check_golden("decoder." + variant, nn::TransformerDecoderLayer(o, rng),
                     [&](auto& m, const Tensor& x, const Tensor& memory) {
                       return m(x, memory, nn::causal_mask(T), memory_mask).output;
                     });
      }
}

#ifdef REWIND_DOUBLE
TEST_CASE("gradcheck and gradgradcheck of a Transformer's layers") {
  Rng rng(2);
  nn::TransformerOptions o = options(false, "gelu");
  o.width = 4, o.feed_forward = 3, o.layers = 1;
  const nn::Mask mask = nn::mask_of_lengths(indices({3, 2}), 3), memory_mask = nn::mask_of_lengths(indices({1, 2}), 2);
  for (const bool norm_first : {false, true}) {
    o.norm_first = norm_first, o.rotary = norm_first;
    const Tensor x = parameter(rng.normal({3, 2, 4})), memory = parameter(rng.normal({2, 2, 4}));
    check_gradients("encoder", nn::TransformerEncoder(o, rng, norm_first), {x},
                    [&](const nn::TransformerEncoder& own, const Tensors& in) { return own(in[0], mask).output; });
    check_gradients("decoder", nn::TransformerDecoder(o, rng), {x, memory},
                    [&](const nn::TransformerDecoder& own, const Tensors& in) {
                      const nn::Attended found = own(in[0], in[1], mask, memory_mask);
                      return found.output + sum(found.weights * found.weights);
                    });
  }
}
#endif

TEST_CASE("padding, NaN included, changes no output and no gradient of a Transformer") {
  Rng rng(3);
  const nn::Mask mask = nn::mask_of_lengths(lengths, T), memory_mask = nn::mask_of_lengths(memory_lengths, S);
  const nn::TransformerEncoder encoder(options(), rng);
  const nn::TransformerDecoder decoder(options(true), rng);
  const Array x = rng.normal({T, B, E}), memory = rng.normal({S, B, E});
  const auto run = [&](const Array& a, const Array& b) {
    const Tensor u = parameter(a), v = parameter(b);
    Tape tape;
    const Tensor y = decoder(u, encoder(v, memory_mask).output, mask, memory_mask).output;
    Tensors found = tape.grad({sum(y * y)}, {u, v});
    found.push_back(detach(y));
    return found;
  };
  const auto spoilt = [](Array a, const IndexArray& of) {
    for (std::size_t b = 0; b < B; ++b)
      for (std::size_t t = static_cast<std::size_t>(of.data()[b]); t < a.shape()[0]; ++t)
        for (std::size_t e = 0; e < E; ++e) a(t, b, e) = std::numeric_limits<Scalar>::quiet_NaN();
    return a;
  };
  const Tensors clean = run(x, memory), dirty = run(spoilt(x, lengths), spoilt(memory, memory_lengths));
  for (std::size_t i = 0; i < clean.size(); ++i) CHECK(clean[i].value() == dirty[i].value());
  const nn::Mask first = nn::mask_of_lengths(indices({2}), 2);  // the second sequence, alone and without padding
  const Tensor alone = encoder(slice(slice(memory, 1, 1, 2), 0, 0, 3)).output;
  check_close(alone.value(), slice(slice(encoder(memory, memory_mask).output, 1, 1, 2), 0, 0, 3).value());
}

TEST_CASE("a causal encoder with a cache says what it says without") {
  Rng rng(4);
  for (const bool rotary : {false, true}) {
    const nn::TransformerEncoder encoder(options(rotary, "gelu", rotary), rng, true);
    const Tensor x = rng.normal({20, B, E});  // more steps than a cache has room for at first
    const Tensor expected = encoder(x).output;
    nn::TransformerEncoder::Cache cache;
    check_close(step_by_step(x, [&](const Tensor& one) { return encoder(one, cache); }).value(), expected.value());
    nn::TransformerEncoder::Cache other;  // several steps at once, then one
    const Tensor head = encoder(slice(x, 0, 0, 19), other).output, last = encoder(slice(x, 0, 19, 20), other).output;
    check_close(concat({head, last}, 0).value(), expected.value());
  }
  CHECK_THROWS_WITH(([&] {
                      nn::TransformerEncoder::Cache cache;
                      nn::TransformerEncoder(options(), rng)(rng.normal({1, 1, E}), cache);
                    }()),
                    Contains("not causal"));
}

TEST_CASE("a decoder with a cache says what it says without, whichever rows go on") {
  Rng rng(5);
  const nn::TransformerDecoder decoder(options(true), rng);
  const nn::Mask memory_mask = nn::mask_of_lengths(memory_lengths, S);
  const Tensor x = rng.normal({T, B, E}), memory = rng.normal({S, B, E});
  const Tensor expected = decoder(x, memory, {}, memory_mask).output;
  nn::TransformerDecoder::Cache cache = decoder.remember(memory, memory_mask);
  check_close(step_by_step(x, [&](const Tensor& one) { return decoder(one, cache); }).value(), expected.value());

  cache = decoder.remember(memory, memory_mask);
  decoder(slice(x, 0, 0, 2), cache);
  const IndexArray kept = rows({2, 0, 2, 1});
  cache.select(kept);
  const auto columns = [&](const Tensor& all) {
    return permute(embedding(reshape(transpose(all, 0, 1), {B, 2 * E}), kept), {0, 1});
  };
  const Tensor rest = slice(x, 0, 2, 4);
  const Tensor next = transpose(reshape(columns(rest), {4, 2, E}), 0, 1);
  const Tensor wanted = transpose(reshape(columns(slice(expected, 0, 2, 4)), {4, 2, E}), 0, 1);
  check_close(decoder(next, cache).output.value(), wanted.value());
}

TEST_CASE("dropout is drawn in training only, and a batch in parts has the same loss") {
  Rng rng(6);
  nn::TransformerOptions o = options();
  o.dropout = 0.5;
  nn::TransformerEncoder encoder(o, rng);
  const Tensor x = rng.normal({T, B, E});
  CHECK(encoder(x).output.value() != encoder(x).output.value());
  nn::eval(encoder);
  CHECK(encoder(x).output.value() == encoder(x).output.value());
  const auto loss = [&](const nn::TransformerEncoder& own, const Tensor& in) {
    const Tensor y = own(in).output;
    return sum(y * y * y);
  };
  const Tensor parts = nn::parallel_loss(encoder, rng, 3, [&](const nn::TransformerEncoder& own, std::size_t i) {
    const auto b = static_cast<std::ptrdiff_t>(i);
    return loss(own, slice(Tensor(share(x.value(), x.shape())), 1, b, b + 1));
  });
  CHECK(static_cast<double>(parts.item()) == Approx(static_cast<double>(loss(encoder, x).item())).margin(1e-4));
}

TEST_CASE("no queries look up nothing") {
  Rng rng(8);
  const nn::MultiheadAttention attention(E, 2, 0, rng);
  const nn::KVCache memory = attention.remember(rng.normal({S, B, E}));
  CHECK(attention.look_up(rng.normal({0, B, E}), memory).output.shape() == Shape{0, B, E});
}

TEST_CASE("a Transformer's errors say what does not fit") {
  Rng rng(7);
  CHECK_THROWS_WITH(nn::MultiheadAttention(10, 4, 0, rng),
                    "[multihead_attention] 4 heads do not divide a width of 10: choose a width that is a multiple of "
                    "the heads");
  CHECK_THROWS_WITH(nn::MultiheadAttention(6, 2, 0, rng, true), Contains("a head is 3 wide: choose an even width"));
  const nn::MultiheadAttention attention(E, 2, 0, rng);
  const Tensor x = rng.normal({T, B, E});
  CHECK_THROWS_WITH(attention(x, Array(Shape{T, S}, 1)),
                    "[multihead_attention] mask: expected (B, T, S) = (3, 4, 4), or what broadcasts to it, such as (4, "
                    "4), got (4, 5)");
  CHECK_THROWS_WITH(attention(rng.normal({T, B, 7})),
                    "[multihead_attention] x (T, B, E): expected (4, 3, 8), got (4, 3, 7)");
  CHECK_THROWS_WITH(attention(x, rng.normal({S, 2, E}), rng.normal({S, 2, E})),
                    "[multihead_attention] keys: expected (5, 3, 8), got (5, 2, 8)");
  const nn::KVCache memory = attention.remember(rng.normal({S, B, E}));
  CHECK_THROWS_WITH(attention.look_up(rng.normal({1, 5, E}), memory),
                    "[multihead_attention] cache: it is of 3 sequences, the next steps are of 5");
  CHECK_THROWS_WITH(attention.look_up(x, nn::KVCache()), Contains("make it by remember()"));
  CHECK_THROWS_WITH(attention.look_up(x, memory, Array(Shape{T, T}, 1)),
                    Contains("mask: expected (B, T, S) = (3, 4, 5)"));
  CHECK_THROWS_WITH(nn::KVCache(memory).select(rows({0, 3})),
                    "[multihead_attention] cache: sequence 3 is to go on, but there are 3");
  CHECK_THROWS_WITH(nn::TransformerEncoder(options(true), rng)(rng.normal({T, B, 7})),
                    "[transformer] x (T, B, E): expected (4, 3, 8), got (4, 3, 7)");
  const nn::TransformerDecoder decoder(options(), rng);
  CHECK_THROWS_WITH(decoder(x, rng.normal({8})), Contains("memory (S, B, E)"));
  nn::TransformerDecoder::Cache empty;
  CHECK_THROWS_WITH(decoder(x, empty), "[transformer] cache: it is of another decoder, make it by remember()");
  nn::TransformerOptions o = options();
  o.activation = "swish";
  CHECK_THROWS_WITH(nn::TransformerEncoder(o, rng), "[transformer] activation 'swish': expected relu or gelu");
  CHECK_THROWS_WITH(nn::TransformerEncoder(options(), rng)(x, nn::mask_of_lengths(indices({1, 1}), T)),
                    Contains("mask"));
}
