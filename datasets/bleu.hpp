// BLEU of a corpus of translations, from 0 to 100 (Papineni et al. 2002), with the definitions that sacreBLEU fixed so
// that scores can be compared (Post 2018): one reference a sentence, tokens of mteval-v13a, exponential smoothing.
//     BLEU = brevity penalty * (p1 p2 p3 p4)^(1/4)
//     brevity penalty = min(1, exp(1 - reference tokens / hypothesis tokens))
// Hypotheses and references are plain text as people write it, not cut into tokens.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct BleuOptions {
  bool lower_case = false;  // of both sides: sacreBLEU's -lc
};

struct Bleu {
  double score = 0;
  std::array<double, 4> precisions{};  // of 1-grams ... 4-grams, in percent
  double brevity_penalty = 0;
  std::size_t hypothesis_tokens = 0, reference_tokens = 0;
};

// An order without a match counts as 1/2, 1/4, ... of one match, as long as any order has one. What is not UTF-8 reads
// as U+FFFD. Throws Error if there is not a reference for each hypothesis, or nothing at all.
Bleu corpus_bleu(const std::vector<std::string>& hypotheses, const std::vector<std::string>& references,
                 const BleuOptions& options = {});

// How the score was computed, to be quoted with it, in sacreBLEU's words: "nrefs:1|case:lc|eff:no|tok:13a|smooth:exp".
std::string signature(const BleuOptions& options);

// The tokens that are counted: punctuation apart, but not "." and "," within numbers; &quot; &amp; &lt; &gt; replaced.
std::vector<std::string> tokens_13a(std::string_view text);

}  // namespace rw::inline REWIND_ABI::datasets
