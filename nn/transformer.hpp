// The layers of a Transformer (Vaswani et al. 2017, 3.1), and stacks of them. A layer adds to each step what attention
// finds, then what a network of two layers makes of it; each sum is normalised,
//
//   post-norm   x = norm(x + f(x))      the original      pre-norm   x = x + f(norm(x))     trains without warm-up
//
// (Xiong et al. 2020). Parameters are named as PyTorch names them. Shapes: x (T, B, E), a memory (S, B, E).
#pragma once

#include <string>
#include <vector>

#include "nn/layer_norm.hpp"
#include "nn/multihead_attention.hpp"

namespace rw::inline REWIND_ABI::nn {

struct TransformerOptions {
  std::size_t width = 256, heads = 4, feed_forward = 1024, layers = 3;  // E, heads, F, N
  double dropout = 0.1;             // of what is added, of F's activations, of attention weights
  std::string activation = "relu";  // or "gelu"
  bool norm_first = false;          // pre-norm
  bool rotary = false;              // self-attention knows positions: nn/positions.hpp

  bool operator==(const TransformerOptions&) const = default;
};

// f_2 dropout(activation(f_1 x)). Throws for an unknown activation.
struct FeedForward {
  Linear linear1, linear2;  // (F, E), (E, F)
  Dropout dropout;
  bool gelu = false;

  FeedForward(const TransformerOptions& options, Rng& rng);
  Tensor operator()(const Tensor& x) const;
  void visit(auto&& f) { f("linear1", linear1), f("linear2", linear2), f("dropout", dropout); }
};

struct TransformerEncoderLayer {
  MultiheadAttention self_attn;
  FeedForward feed_forward;
  LayerNorm norm1, norm2;
  Dropout dropout;
  bool norm_first;

  TransformerEncoderLayer(const TransformerOptions& options, Rng& rng);
  // Weights: of the self-attention. The mask broadcasts to (B, T, T); what it hides must be finite.
  Attended operator()(const Tensor& x, const Tensor& mask = {}) const;
  Attended operator()(const Tensor& x, KVCache& cache) const;  // the next steps, causal; without gradients
  void visit(auto&& f) {
    f("self_attn", self_attn), feed_forward.visit(f), f("norm1", norm1), f("norm2", norm2), f("dropout", dropout);
  }

 private:
  Attended run(Tensor x, auto&& self_attention) const;
};

struct TransformerDecoderLayer {
  struct Cache {
    KVCache steps, memory;
    void select(const IndexArray& rows) { steps.select(rows), memory.select(rows); }
  };

  MultiheadAttention self_attn, multihead_attn;
  FeedForward feed_forward;
  LayerNorm norm1, norm2, norm3;
  Dropout dropout;
  bool norm_first;

  TransformerDecoderLayer(const TransformerOptions& options, Rng& rng);
  // Weights: of the attention to the memory. Masks broadcast to (B, T, T) and (B, T, S).
  Attended operator()(const Tensor& x, const Tensor& memory, const Tensor& mask = {},
                      const Tensor& memory_mask = {}) const;
  Cache remember(const Tensor& memory) const;
  Attended operator()(const Tensor& x, Cache& cache, const Tensor& memory_mask = {}) const;  // the next steps, causal
  void visit(auto&& f) {
    f("self_attn", self_attn), f("multihead_attn", multihead_attn), feed_forward.visit(f);
    f("norm1", norm1), f("norm2", norm2), f("norm3", norm3), f("dropout", dropout);
  }

 private:
  Attended run(Tensor x, auto&& self_attention, auto&& attention) const;
};

// N encoder layers; pre-norm ones end with a norm. With `causal` no step sees a later one: a language model.
class TransformerEncoder {
 public:
  using Cache = std::vector<KVCache>;

  TransformerEncoder(const TransformerOptions& options, Rng& rng, bool causal = false);

  // x (T, B, E) -> the same, cleared where the mask has padding, which never counts; weights of the last layer.
  Attended operator()(const Tensor& x, const Mask& mask = {}) const;
  // The next steps of a causal one; the cache begins as Cache().
  Attended operator()(Tensor x, Cache& cache) const;
  void visit(auto&& f) {
    for (std::size_t i = 0; i < layers_.size(); ++i) f("layers." + std::to_string(i), layers_[i]);
    if (norm_.weight.defined()) f("norm", norm_);
  }

 private:
  std::vector<TransformerEncoderLayer> layers_;
  LayerNorm norm_;
  bool causal_;
};

// N decoder layers, causal, that look at an encoder's outputs.
class TransformerDecoder {
 public:
  struct Cache {
    std::vector<TransformerDecoderLayer::Cache> layers;
    Tensor memory_mask;
    void select(const IndexArray& rows);
  };

  TransformerDecoder(const TransformerOptions& options, Rng& rng);

  // x (T, B, E), memory (S, B, E), a mask of each -> (T, B, E); weights (B, heads, T, S): of the last layer.
  Attended operator()(const Tensor& x, const Tensor& memory, const Mask& mask = {}, const Mask& memory_mask = {}) const;
  Cache remember(const Tensor& memory, const Mask& memory_mask = {}) const;
  Attended operator()(Tensor x, Cache& cache) const;
  void visit(auto&& f) {
    for (std::size_t i = 0; i < layers_.size(); ++i) f("layers." + std::to_string(i), layers_[i]);
    if (norm_.weight.defined()) f("norm", norm_);
  }

 private:
  std::vector<TransformerDecoderLayer> layers_;
  LayerNorm norm_;
};

}  // namespace rw::inline REWIND_ABI::nn
