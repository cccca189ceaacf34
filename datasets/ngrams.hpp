// What BLEU and chrF count: the n-grams that a hypothesis and a reference have in common. A sentence is a
// std::u32string, be its symbols characters (code points) or words (numbers that Numbers gave them).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct NgramCounts {
  std::size_t hypothesis = 0, reference = 0;
  std::size_t matched = 0;  // in both; one that repeats counts as often as in the side that has it less often
};

// Adds one sentence's 1-grams to orders[0], its 2-grams to orders[1], and so on.
void count_ngrams(std::u32string_view hypothesis, std::u32string_view reference, std::span<NgramCounts> orders);

// The same number for the same word.
class Numbers {
 public:
  std::u32string operator()(const std::vector<std::string>& words);

 private:
  std::unordered_map<std::string, char32_t> numbers_;
};

// White space as Python's str has it: Unicode's, and U+001C to U+001F. The texts are UTF-8.
std::vector<std::string> split_at_spaces(std::string_view text);
std::string_view without_trailing_spaces(std::string_view text);

// Throws Error "[op] ..." unless there is a reference for each hypothesis, and at least one.
void check_sentences(const char* op, const std::vector<std::string>& hypotheses,
                     const std::vector<std::string>& references);

}  // namespace rw::inline REWIND_ABI::datasets
