#include "datasets/spans.hpp"

#include <algorithm>
#include <sstream>

#include "datasets/conll.hpp"
#include "tests/support.hpp"

using namespace rw::datasets;
using Strings = std::vector<std::string>;
using Spans = std::vector<Span>;

namespace {

constexpr TagScheme schemes[] = {TagScheme::iob1, TagScheme::iob2, TagScheme::bioes};

Strings words(const std::string& text) {
  std::istringstream in(text);
  Strings all;
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

// Calls f for every sequence of up to `longest` of `tags`.
template <class F>
void for_each_sequence(const Strings& tags, std::size_t longest, F&& f) {
  std::vector<Strings> sequences = {{}};
  for (std::size_t n = 0; n <= longest; ++n) {
    std::vector<Strings> longer;
    for (const Strings& sequence : sequences) {
      f(sequence);
      for (const std::string& tag : tags) longer.push_back(sequence), longer.back().push_back(tag);
    }
    sequences = std::move(longer);
  }
}

// Well-formed sequences as the schemes' papers define them: what may stand beside what.
bool may_follow(const std::string& a, const std::string& b, TagScheme scheme) {
  const bool same = a.substr(1) == b.substr(1);
  const char x = a[0], y = b[0];
  if (scheme == TagScheme::iob1) return y == 'B' ? same : y == 'O' || y == 'I';
  if (scheme == TagScheme::iob2) return y == 'I' ? same : y == 'O' || y == 'B';
  const bool open = x == 'B' || x == 'I', goes_on = y == 'I' || y == 'E';
  return open == goes_on && (!open || same);
}

bool all_may_follow(Strings tags, TagScheme scheme) {
  tags.insert(tags.begin(), "O");
  tags.push_back("O");
  for (std::size_t t = 1; t < tags.size(); ++t)
    if (!may_follow(tags[t - 1], tags[t], scheme)) return false;
  return true;
}

std::vector<TaggedSentence> corpus(const Strings& lines) {
  std::vector<TaggedSentence> sentences;
  for (const std::string& line : lines) sentences.push_back({words(line), words(line)});
  return sentences;
}

const Strings all_tags = words("O B-a I-a E-a S-a B-b I-b E-b S-b");

}  // namespace

TEST_CASE("spans of the three schemes") {
  const Spans spans = {{1, 3, "LOC"}, {3, 4, "LOC"}, {5, 6, "PER"}, {6, 7, "creative-work"}};
  const Strings tags[] = {words("O I-LOC I-LOC B-LOC O I-PER I-creative-work"),
                          words("O B-LOC I-LOC B-LOC O B-PER B-creative-work"),
                          words("O B-LOC E-LOC S-LOC O S-PER S-creative-work")};
  for (int from = 0; from < 3; ++from) {
    CHECK(spans_of(tags[from]) == spans);
    CHECK(tags_of(spans, 7, schemes[from]) == tags[from]);
    for (int to = 0; to < 3; ++to) {
      CHECK(convert_tags(tags[from], schemes[to]) == tags[to]);
      CHECK(well_formed(tags[from], schemes[to]) == (from == to));
    }
  }
  CHECK(spans_of({}).empty());
  CHECK(tags_of({}, 2, TagScheme::bioes) == Strings{"O", "O"});
}

TEST_CASE("broken sequences have spans") {
  CHECK(spans_of(words("O I-a I-b I-b")) == Spans{{1, 2, "a"}, {2, 4, "b"}});
  CHECK(spans_of(words("E-a E-a I-a")) == Spans{{0, 1, "a"}, {1, 2, "a"}, {2, 3, "a"}});
  CHECK(spans_of(words("B-a S-a I-a O E-b")) == Spans{{0, 1, "a"}, {1, 2, "a"}, {2, 3, "a"}, {4, 5, "b"}});
}

TEST_CASE("conlleval joins what it does not know to divide") {
  CHECK(conlleval_spans(words("S-a S-a B-a E-a B-a")) == Spans{{0, 5, "a"}});
  CHECK(conlleval_spans(words("S-a S-b O S-b")) == Spans{{0, 1, "a"}, {1, 2, "b"}, {3, 4, "b"}});
  CHECK(conlleval_spans(words("B-a B-a I-a B-a E-a E-a I-a")) ==
        Spans{{0, 1, "a"}, {1, 3, "a"}, {3, 5, "a"}, {5, 6, "a"}, {6, 7, "a"}});
  for_each_sequence(words("O B-a I-a B-b I-b"), 5, [](const Strings& tags) {
    if (conlleval_spans(tags) != spans_of(tags)) FAIL("IOB tags are read in two ways");
  });
}

TEST_CASE("what is well formed, over all sequences of up to five tags") {
  std::size_t formed = 0, in_two = 0;
  for_each_sequence(all_tags, 5, [&](const Strings& tags) {
    const bool outside = std::count(tags.begin(), tags.end(), "O") == static_cast<std::ptrdiff_t>(tags.size());
    int count = 0;
    for (const TagScheme scheme : schemes) {
      if (well_formed(tags, scheme) != all_may_follow(tags, scheme)) FAIL("well_formed differs from the definition");
      count += well_formed(tags, scheme) ? 1 : 0;
      if (!well_formed(convert_tags(tags, scheme), scheme)) FAIL("a conversion is not well formed");
      if (spans_of(convert_tags(tags, scheme)) != spans_of(tags)) FAIL("a conversion changes spans");
    }
    formed += count > 0 ? 1 : 0, in_two += count > 1 && !outside ? 1 : 0;
  });
  CHECK(formed > 1000);
  CHECK(in_two == 0);
}

TEST_CASE("the scheme of a corpus") {
  CHECK(scheme_of(corpus({"O O", "I-a I-a O", "I-b"})) == TagScheme::iob1);
  CHECK(scheme_of(corpus({"O O", "B-a I-a O", "B-b"})) == TagScheme::iob2);
  CHECK(scheme_of(corpus({"O O", "B-a E-a O", "S-b"})) == TagScheme::bioes);
  CHECK(scheme_of(corpus({"B-a I-a", "B-a", "O I-a"})) == TagScheme::iob2);  // most sentences
  CHECK(scheme_of(corpus({"I-a", "I-a B-a", "B-a"})) == TagScheme::iob1);
  CHECK(scheme_of(corpus({"I-a", "S-a"})) == TagScheme::iob1);  // equal: in the order that is promised
  CHECK(scheme_of(corpus({"O"})) == TagScheme::iob2);
  CHECK(scheme_of({}) == TagScheme::iob2);
}

TEST_CASE("a tag that is none is refused") {
  const auto says = [](const std::string& tags, const std::string& message) {
    CHECK(message_of([&] { spans_of(words(tags)); }) == "[tags] " + message + "; choose the column of such tags");
  };
  says("O NN", "tag 2 of 2: expected O, or B-, I-, E- or S- and a type, got 'NN'");
  for (const std::string tag : {"B", "B-", "b-PER", "U-PER", "O-PER", "BPER", "-", "o", "B_PER"})
    says(tag, "tag 1 of 1: expected O, or B-, I-, E- or S- and a type, got '" + tag + "'");
  CHECK(message_of([] { spans_of({""}); }) ==
        "[tags] tag 1 of 1: expected O, or B-, I-, E- or S- and a type, got ''; choose the column of such tags");
  CHECK(message_of([] {
          scheme_of(corpus({"O", "O NN"}));
        }) ==
        "[tags] sentence 2, token 2: expected O, or B-, I-, E- or S- and a type, got 'NN'; choose the column of such "
        "tags");
}

TEST_CASE("spans that cannot be written are refused") {
  const auto says = [](const Spans& spans, const std::string& message) {
    CHECK(message_of([&] { tags_of(spans, 4, TagScheme::iob2); }) ==
          "[tags] span " + message + " and not empty; give spans in order, apart");
  };
  says({{2, 5, "a"}}, "2 to 5: expected it within 0 to 4");
  says({{2, 2, "a"}}, "2 to 2: expected it within 0 to 4");
  says({{0, 2, "a"}, {1, 3, "a"}}, "1 to 3: expected it within 2 to 4");
  says({{2, 3, "a"}, {0, 1, "a"}}, "0 to 1: expected it within 3 to 4");
}

TEST_CASE("the schemes and entities of wikigold and WNUT-17 are those that are known") {
  if (data_folder().empty()) {
    WARN("skipped: REWIND_DATA names no folder with wikigold and wnut17");
    return;
  }
  const auto check = [](const std::string& file, TagScheme scheme, std::size_t spans) {
    const TaggedCorpus read = read_conll(data_folder() + file);
    CHECK(scheme_of(read.sentences) == scheme);
    std::size_t found = 0, broken = 0;
    for (const TaggedSentence& sentence : read.sentences) {
      found += spans_of(sentence.tags).size();
      broken += well_formed(sentence.tags, scheme) ? 0 : 1;
    }
    CHECK(found == spans);
    CHECK(broken == 0);
  };
  check("/wikigold/wikigold.conll.txt", TagScheme::iob1, 3558);
  check("/wnut17/wnut17train.conll", TagScheme::iob2, 1975);
  check("/wnut17/emerging.test.annotated", TagScheme::iob2, 1079);
}
