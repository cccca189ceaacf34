#include "datasets/tag_set.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Strings = std::vector<std::string>;

namespace {

TaggedSentence tagged(const Strings& tags) { return {Strings(tags.size(), "word"), tags}; }

}  // namespace

TEST_CASE("spans of any scheme are learned in BIOES and written in the files' own") {
  const Strings iob1{"I-LOC", "I-LOC", "B-LOC", "O", "I-PER"}, iob2{"B-LOC", "I-LOC", "B-LOC", "O", "B-PER"},
      bioes{"B-LOC", "E-LOC", "S-LOC", "O", "S-PER"};
  for (const auto& [tags, scheme] :
       {std::pair{iob1, TagScheme::iob1}, {iob2, TagScheme::iob2}, {bioes, TagScheme::bioes}}) {
    const TagSet set = TagSet::of({tagged(tags)});
    CHECK(set.names() == Strings{"O", "B-LOC", "I-LOC", "E-LOC", "S-LOC", "B-PER", "I-PER", "E-PER", "S-PER"});
    CHECK(set.scheme() == scheme);
    CHECK(set.encode(tags) == std::vector<Index>{1, 3, 4, 0, 8});
    CHECK(set.decode(set.encode(tags)) == tags);
    for (const std::string& tag : tags) CHECK(set.knows(tag));
    CHECK_FALSE(set.knows("B-ORG"));
  }
}

TEST_CASE("what no BIOES sequence has is written well formed") {
  const TagSet set = TagSet::of({tagged({"B-LOC", "I-LOC"})});
  CHECK(set.decode({2, 1, 0, 3}) == Strings{"B-LOC", "B-LOC", "O", "B-LOC"});
  CHECK(set.encode({}).empty());
}

TEST_CASE("tags that are no spans stay as they are, sorted") {
  const TagSet set = TagSet::of({tagged({"VERB", "NOUN"}), tagged({"ADJ", "NOUN", "O"})});
  CHECK(set.names() == Strings{"ADJ", "NOUN", "O", "VERB"});
  CHECK_FALSE(set.scheme().has_value());
  CHECK(set.decode(set.encode({"VERB", "O"})) == Strings{"VERB", "O"});
  CHECK_FALSE(set.knows("X"));
  CHECK_FALSE(TagSet::of({tagged({"B-LOC"})}).knows("X"));
}

TEST_CASE("a saved set of tags comes back") {
  const TagSet set = TagSet::of({tagged({"B-LOC", "O"})});
  CHECK(TagSet(set.names(), set.scheme()) == set);
  CHECK_FALSE(TagSet(set.names(), TagScheme::iob1) == set);
}

TEST_CASE("tags that cannot be learned are named") {
  CHECK(message_of([] {
          TagSet::of({{{"a"}, {}}});
        }) == "[tags] none of the sentences has tags; give a file with tags to learn from");
  CHECK(message_of([] {
          TagSet::of({tagged({"O", "O"})});
        }) == "[tags] all tags are O; give a file that has names to learn from");
  CHECK(message_of([] {
          TagSet::of({tagged({"B-LOC"}), tagged({"O", "O", "NOUN"})});
        }) ==
        "[tags] sentence 2, token 3: expected O, or B-, I-, E- or S- and a type, got 'NOUN'; choose the column of "
        "such tags");
  const std::string advice = "; give sentences with the tags that it was trained on";
  const TagSet spans = TagSet::of({tagged({"B-LOC"})}), words = TagSet::of({tagged({"NOUN"})});
  CHECK(message_of([&] {
          spans.encode({"O", "B-PER"}, 7);
        }) == "[tags] sentence 7, token 2: the model does not know the tag 'B-PER'" + advice);
  CHECK(message_of([&] { spans.encode({"NOUN"}); }) ==
        "[tags] sentence 1, token 1: the model does not know the tag 'NOUN'" + advice);
  CHECK(message_of([&] {
          words.encode({"NOUN", "B-LOC"}, 2);
        }) == "[tags] sentence 2, token 2: the model does not know the tag 'B-LOC'" + advice);
  CHECK(message_of([] {
          TagSet({"A", "A"}, {});
        }) == "[tags] names: 'A' is empty or there twice; this is no saved set of tags");
}
