// Synthetic translations: English sentences and their German ones, from a grammar and a small dictionary.
#pragma once

#include "autograd/rng.hpp"
#include "datasets/parallel_text.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Each sentence has exactly one translation, so that who knows the rules has a BLEU of 100. Word by word it cannot be
// had: articles and adjectives agree with a noun that is still to come, in gender, number and case; and verbs move.
//
//   The man sees a red flower.                          Der Mann sieht eine rote Blume.
//   The men have seen a red book.                       Die Männer haben ein rotes Buch gesehen.
//   Today the man picks up two flowers.                 Heute hebt der Mann zwei Blumen auf.
//   The cat buys a ball because the man will sleep ...  Die Katze kauft einen Ball, weil der Mann ... schlafen wird.
//
// Source: English; target: German. Equal seeds give equal sentences; rngs of different seeds give the parts for
// training, validation and test. Throws Error for no sentences.
ParallelText synthetic_translations(std::size_t size, Rng& rng);

}  // namespace rw::inline REWIND_ABI::datasets
