// Can a model say again what it has read? T symbols, then it must tell all of them, in their order or from the last to
// the first: datasets/synthetic.hpp. The models differ in one thing alone, what lies between their inputs and their
// outputs:
//
//   embedding(symbol) + sinusoidal position  ->  recurrent cell                  ->  linear
//                                                recurrent cell + attention
//                                                causal Transformer
//
// A recurrent state has a fixed size, however long the sequence is; attention looks at all steps that were read.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "datasets/synthetic.hpp"
#include "models/drawn_task.hpp"
#include "nn/any_stacked.hpp"
#include "nn/attention.hpp"
#include "nn/embedding.hpp"
#include "nn/linear.hpp"
#include "nn/positions.hpp"
#include "nn/transformer.hpp"

namespace rw::inline REWIND_ABI::models {

struct RecallConfig {
  std::string problem = "reversal";  // or "copy"
  std::string model = "gru";         // one of recall_models()
  std::size_t T = 50;                // symbols
  std::size_t width = 32;            // of embeddings, states and the Transformer; a multiple of recall_heads
  std::size_t batch = 32;
};

// Each cell ("gru"), each with attention ("gru_attention"), "transformer".
std::vector<std::string> recall_models();

// One recurrent layer, whose outputs look at those before: h_t and what attention finds, side by side.
struct AttentiveRecurrent {
  nn::AnyStacked rnn;
  nn::GeneralAttention attention;

  Tensor operator()(const Tensor& x) const;  // (S, B, D) -> (S, B, 2 H)
  void visit(auto&& f) { f("rnn", rnn), f("attention", attention); }
};

class RecallModel {
 public:
  struct Score {
    double loss = 0, accuracy = 0;  // nats a symbol; part of the symbols that are right
  };

  // Throws for an unknown problem or model.
  RecallModel(const RecallConfig& config, Rng& rng);

  datasets::Batch draw(std::size_t batch, Rng& rng) const;
  Tensor logits(const IndexArray& inputs) const;              // (S, B) -> (S, B, 8)
  Tensor loss(std::size_t batch, Rng& rng) const;             // mean cross-entropy in nats a symbol
  double validation_loss(std::size_t batch, Rng& rng) const;  // the same of 256 sequences or a few more
  // Of `batches` new batches; without gradients.
  Score measure(std::size_t batches, Rng& rng) const;

  void visit(auto&& f) {
    f("embedding", embedding_);
    std::visit([&](auto& body) { f("body", body); }, body_);
    f("decoder", decoder_);
  }

 private:
  using Body = std::variant<nn::AnyStacked, AttentiveRecurrent, nn::TransformerEncoder>;
  static Body make_body(const RecallConfig& config, Rng& rng);

  RecallConfig config_;
  nn::Embedding embedding_;
  nn::Positions positions_;
  Body body_;
  nn::Linear decoder_;
};

constexpr std::size_t recall_heads = 4;

// The largest width whose model has at most `parameters`. Throws if there is none.
std::size_t width_for_budget(RecallConfig config, std::size_t parameters);

using RecallTask = DrawnTask<RecallModel>;

}  // namespace rw::inline REWIND_ABI::models
