// A small translator, and pairs whose target is the source read backwards.
#pragma once

#include <string>
#include <vector>

#include "models/seq2seq.hpp"

namespace rw::test {

constexpr std::size_t V = 10;  // four special indices, six letters

inline datasets::IndexedPairs reversals(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  datasets::IndexedPairs pairs;
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<Index> word(2 + rng.below(4));
    for (Index& letter : word) letter = static_cast<Index>(4 + rng.below(6));
    pairs.source.push_back(word);
    pairs.target.emplace_back(word.rbegin(), word.rend());
  }
  return pairs;
}

inline datasets::Picks first(std::size_t n) {
  datasets::Picks picks(n);
  for (std::size_t i = 0; i < n; ++i) picks[i] = i;
  return picks;
}

inline models::Seq2SeqConfig config_of(const std::string& cell, const std::string& attention,
                                       bool bidirectional = true) {
  return {.cell = cell,
          .source_vocabulary = V,
          .target_vocabulary = V,
          .embed = 3,
          .hidden = 4,
          .bidirectional = bidirectional,
          .attention = attention};
}

inline double number(const Tensor& x) { return static_cast<double>(x.item()); }

}  // namespace rw::test
