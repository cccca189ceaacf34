// A corpus split by document: sentences of one document resemble each other, and must not stand on both sides.
#pragma once

#include <vector>

#include "autograd/rng.hpp"
#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Numbers of documents (from 0, ascending) for each part: shuffled, then dealt out in the proportion of `shares` ({8,
// 1, 1} for training, validation and test). Throws Error if a part would be empty.
std::vector<std::vector<std::size_t>> split_documents(const TaggedCorpus& corpus,
                                                      const std::vector<std::size_t>& shares, Rng& rng);

// The corpus of these documents, in this order. Throws Error if there is no such document.
TaggedCorpus select_documents(const TaggedCorpus& corpus, const std::vector<std::size_t>& documents);

}  // namespace rw::inline REWIND_ABI::datasets
