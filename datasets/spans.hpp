// Spans (names, chunks) written as a tag for each token: O outside, else a mark and a type, "B-PER". The mark says
// where in its span the token stands. Three schemes (Tjong Kim Sang & Veenstra 1999; Ratinov & Roth 2009):
//
//           in  New    York   Paris  met  Smith  .
//   IOB1    O   I-LOC  I-LOC  B-LOC  O    I-PER  O     B only where a span follows another of its type
//   IOB2    O   B-LOC  I-LOC  B-LOC  O    B-PER  O     B begins every span
//   BIOES   O   B-LOC  E-LOC  S-LOC  O    S-PER  O     E ends it, S is a span of one token
//
// What reads tags throws Error for one that is neither O nor B-, I-, E- or S- and a type.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

enum class TagScheme { iob1, iob2, bioes };

struct Span {
  std::size_t begin = 0, end = 0;  // tokens begin ... end - 1
  std::string type;
  auto operator<=>(const Span&) const = default;
};

bool is_of_span(std::string_view tag);  // a mark and a type

// Throws Error as all that reads tags does, with the numbers of sentence and token, from 1.
void check_tags(const std::vector<TaggedSentence>& sentences);

// The spans in order, whatever the scheme: one begins after O, at another type, at B or S, and after E or S. So broken
// sequences have spans as well: I after O begins one.
std::vector<Span> spans_of(const std::vector<std::string>& tags);

// As the script conlleval of the CoNLL shared tasks reads them. Where there is no E and no S these are the same; with
// them it joins neighbours of one type: S-X S-X is one span, and B-X E-X B-X E-X too.
std::vector<Span> conlleval_spans(const std::vector<std::string>& tags);

// Writes spans as tags (length). Throws Error unless they are in order, apart, and within the length.
std::vector<std::string> tags_of(const std::vector<Span>& spans, std::size_t length, TagScheme scheme);

// tags_of(spans_of(tags)): always well formed.
std::vector<std::string> convert_tags(const std::vector<std::string>& tags, TagScheme scheme);

bool well_formed(const std::vector<std::string>& tags, TagScheme scheme);

// The scheme in which most sentences are well formed, of equals the first of IOB2, IOB1, BIOES. A sentence with spans
// is never well formed in two of them, so a corpus without errors is ambiguous only if all its tags are O. Throws Error
// as check_tags() does.
TagScheme scheme_of(const std::vector<TaggedSentence>& sentences);

}  // namespace rw::inline REWIND_ABI::datasets
