// A random share taken out of a corpus, one example at least, to validate on. What is left stays in its order.
// Throws Error unless 0 < share < 1, and if nothing would stay; then neither the corpus nor `rng` has changed.
#pragma once

#include "autograd/rng.hpp"
#include "datasets/examples.hpp"
#include "datasets/parallel_text.hpp"

namespace rw::inline REWIND_ABI::datasets {

LabelledTexts hold_out(LabelledTexts& texts, double share, Rng& rng);
ParallelText hold_out(ParallelText& pairs, double share, Rng& rng);

// Whole documents if there are at least 20, as their sentences resemble each other; else sentences.
TaggedCorpus hold_out(TaggedCorpus& corpus, double share, Rng& rng);

}  // namespace rw::inline REWIND_ABI::datasets
