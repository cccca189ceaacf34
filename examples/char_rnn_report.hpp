// What a character model gets wrong, for a report.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "datasets/char_corpus.hpp"
#include "models/char_rnn.hpp"
#include "models/char_transformer.hpp"

namespace rw::inline REWIND_ABI::examples {

// Adds to the report, of the corpus' validation part: the confusion matrix of its most frequent symbols, and the
// costliest places, in their context, whose symbols have an influence: the norm of the gradient of the loss with
// respect to what the network reads there. The model in eval mode.
template <class Model>  // CharRNN or CharTransformer
void add_symbols(nlohmann::json& report, const Model& model, const datasets::CharCorpus& corpus);

}  // namespace rw::inline REWIND_ABI::examples
