// The two architectures that translate, behind one face.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "models/seq2seq.hpp"
#include "models/transformer.hpp"

namespace rw::inline REWIND_ABI::examples {

using NetworkConfig = std::variant<models::Seq2SeqConfig, models::TransformerConfig>;
using Network = std::variant<models::Seq2Seq, models::Transformer>;

// `rng` must outlive it. Throws as the model's constructor does.
Network make_network(const NetworkConfig& config, Rng& rng);

std::string architecture_of(const NetworkConfig& config);  // "seq2seq", "transformer"
std::string describe(const NetworkConfig& config);         // "1 x gru x 256 both ways, general attention"
bool attends(const NetworkConfig& config);                 // is there something to look at?
std::size_t longest_of(const NetworkConfig& config);       // tokens of a sentence, at most

// The model in eval mode. Translations are in the order of the sources; an empty source has an empty one.
datasets::Sequences translate(const Network& network, const datasets::Sequences& sources,
                              const models::BeamOptions& options, std::size_t batch = 32);
double mean_loss(const Network& network, const datasets::IndexedPairs& pairs);  // nats a target token

// What each step that writes a token of `target` looks at, (T, S).
Array attention_of(const Network& network, const std::vector<Index>& source, const std::vector<Index>& target);

}  // namespace rw::inline REWIND_ABI::examples
