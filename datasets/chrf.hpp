// chrF of a corpus of translations, from 0 to 100: the F score of the characters' n-grams, n = 1 ... 6, white space
// left out; with word n-grams beside them chrF++ (Popovic 2015, 2017). Averaged as sacreBLEU does: precision P and
// recall R over the orders that both sides have,
//     chrF = (1 + beta^2) P R / (beta^2 P + R),   beta = 2: recall counts more.
#pragma once

#include <string>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct ChrfOptions {
  std::size_t word_order = 0;  // longest word n-gram; 2: chrF++
  bool lower_case = false;
};

// What is not UTF-8 reads as U+FFFD. Throws Error if there is not a reference for each hypothesis, or nothing at all.
double corpus_chrf(const std::vector<std::string>& hypotheses, const std::vector<std::string>& references,
                   const ChrfOptions& options = {});

// How the score was computed, in sacreBLEU's words: "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no".
std::string signature(const ChrfOptions& options);

}  // namespace rw::inline REWIND_ABI::datasets
