#include "datasets/spans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

struct Tag {
  char mark = 'O';
  std::string_view type;  // of O: ""
};

[[noreturn]] void fail_at(const std::string& place, const std::string& tag) {
  fail("tags", fmt::format("{}: expected O, or B-, I-, E- or S- and a type, got '{}'; choose the column of such tags",
                           place, tag));
}

Tag parse(const std::vector<std::string>& tags, std::size_t t) {
  const std::string& tag = tags[t];
  if (tag == "O") return {};
  if (!is_of_span(tag)) fail_at(fmt::format("tag {} of {}", t + 1, tags.size()), tag);
  return {tag[0], std::string_view(tag).substr(2)};
}

// `divides(before, mark)`: does a span begin between two tokens of one type with these marks?
template <class Divides>
std::vector<Span> read(const std::vector<std::string>& tags, Divides divides) {
  std::vector<Span> spans;
  Tag before;
  for (std::size_t t = 0; t < tags.size(); ++t) {
    const Tag tag = parse(tags, t);
    if (tag.mark != 'O') {
      if (tag.type != before.type || divides(before.mark, tag.mark)) spans.push_back({t, t, std::string(tag.type)});
      spans.back().end = t + 1;
    }
    before = tag;
  }
  return spans;
}

char mark_in(const Span& span, std::size_t t, bool follows_its_type, TagScheme scheme) {
  const bool first = t == span.begin, last = t + 1 == span.end;
  if (scheme == TagScheme::iob1) return first && follows_its_type ? 'B' : 'I';
  if (scheme == TagScheme::iob2) return first ? 'B' : 'I';
  return first && last ? 'S' : first ? 'B' : last ? 'E' : 'I';
}

}  // namespace

bool is_of_span(std::string_view tag) {
  return tag.size() > 2 && tag[1] == '-' && std::string_view("BIES").find(tag[0]) != std::string_view::npos;
}

void check_tags(const std::vector<TaggedSentence>& sentences) {
  for (std::size_t i = 0; i < sentences.size(); ++i)
    for (std::size_t t = 0; t < sentences[i].tags.size(); ++t)
      if (const std::string& tag = sentences[i].tags[t]; tag != "O" && !is_of_span(tag))
        fail_at(fmt::format("sentence {}, token {}", i + 1, t + 1), tag);
}

std::vector<Span> spans_of(const std::vector<std::string>& tags) {
  return read(tags,
              [](char before, char mark) { return mark == 'B' || mark == 'S' || before == 'E' || before == 'S'; });
}

std::vector<Span> conlleval_spans(const std::vector<std::string>& tags) {
  return read(tags, [](char before, char mark) {
    return (mark == 'B' && (before == 'B' || before == 'I')) || (before == 'E' && (mark == 'E' || mark == 'I'));
  });
}

std::vector<std::string> tags_of(const std::vector<Span>& spans, std::size_t length, TagScheme scheme) {
  std::vector<std::string> tags(length, "O");
  Span before;
  for (const Span& span : spans) {
    if (span.begin < before.end || span.begin >= span.end || span.end > length)
      fail("tags", fmt::format("span {} to {}: expected it within {} to {} and not empty; give spans in order, apart",
                               span.begin, span.end, before.end, length));
    const bool follows_its_type = span.begin == before.end && span.type == before.type;
    for (std::size_t t = span.begin; t < span.end; ++t)
      tags[t] = fmt::format("{}-{}", mark_in(span, t, follows_its_type, scheme), span.type);
    before = span;
  }
  return tags;
}

std::vector<std::string> convert_tags(const std::vector<std::string>& tags, TagScheme scheme) {
  return tags_of(spans_of(tags), tags.size(), scheme);
}

bool well_formed(const std::vector<std::string>& tags, TagScheme scheme) { return convert_tags(tags, scheme) == tags; }

TagScheme scheme_of(const std::vector<TaggedSentence>& sentences) {
  check_tags(sentences);
  constexpr TagScheme schemes[] = {TagScheme::iob2, TagScheme::iob1, TagScheme::bioes};
  const auto count = [&](TagScheme scheme) {
    return std::count_if(sentences.begin(), sentences.end(),
                         [&](const TaggedSentence& sentence) { return well_formed(sentence.tags, scheme); });
  };
  const std::ptrdiff_t counts[] = {count(schemes[0]), count(schemes[1]), count(schemes[2])};
  return schemes[std::max_element(std::begin(counts), std::end(counts)) - std::begin(counts)];
}

}  // namespace rw::inline REWIND_ABI::datasets
