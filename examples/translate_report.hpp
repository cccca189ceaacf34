// What a model that translates looked at, and which sentences it gets right and wrong.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "datasets/parallel_text.hpp"
#include "examples/attention_picture.hpp"
#include "examples/translate_files.hpp"

namespace rw::inline REWIND_ABI::examples {

// A piece as it is shown: one that goes on with a word begins with "-"; punctuation stands alone.
std::string shown_piece(const datasets::TextCodec& codec, Index index);

// Of a sentence and the translation that the model gave it. Throws for a model that does not attend.
AttentionPicture picture_of(const Network& network, const TranslationSetup& setup, const std::vector<Index>& source,
                            const std::vector<Index>& target);

// It for a terminal: source words along the top, weights in tenths, less than half a tenth a dot.
std::string text_of(const AttentionPicture& picture);

// Adds the best and the worst of the translations by chrF, with their matrices. `of` names the sentences.
void add_translations(nlohmann::json& report, const Network& network, const TranslationSetup& setup,
                      const datasets::ParallelText& pairs, const datasets::Sequences& translations,
                      const std::string& of);

}  // namespace rw::inline REWIND_ABI::examples
