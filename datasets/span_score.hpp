// How many spans were found, exactly as the script conlleval of the CoNLL shared tasks counts and prints (version of
// 2004-01-26; a type "0", which Perl takes for none, apart). Of BIOES that script joins neighbours: see
// conlleval_spans().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

// In percent, as conlleval has them; 0 where there is nothing to divide by.
struct SpanCounts {
  std::size_t gold = 0, found = 0, correct = 0;  // correct: found with the same begin, end and type

  double precision() const;  // correct of those found
  double recall() const;     // correct of the gold ones
  double f1() const;         // 2 P R / (P + R)
};

struct SpanScore {
  std::size_t tokens = 0, correct_tags = 0;
  SpanCounts all;
  std::map<std::string, SpanCounts> types;

  double accuracy() const;  // tags that are right, in percent
  // Counts one sentence. Throws Error if there is not a tag found for each of gold, or a tag is none (spans.hpp).
  void add(const std::vector<std::string>& gold, const std::vector<std::string>& found);
  // Counts sentences whose tags may be of any scheme: both are converted to IOB2 if they differ in it or are BIOES.
  void add_sentences(const std::vector<TaggedSentence>& gold, const std::vector<TaggedSentence>& found);
};

// The text that conlleval prints.
std::string conlleval_report(const SpanScore& score);

}  // namespace rw::inline REWIND_ABI::datasets
