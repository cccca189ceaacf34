#include "datasets/labelled_text.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Catch::Matchers::Contains;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;  // text, class

Pairs pairs(const LabelledTexts& texts) {
  Pairs result;
  for (const LabelledText& example : texts.examples)
    result.emplace_back(example.text, texts.classes.at(static_cast<std::size_t>(example.label)));
  return result;
}

}  // namespace

TEST_CASE("columns are named by the header or numbered") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", "id,text,label,2\n1,good,pos,x\n2,bad,neg,y\n3,,pos,x\n");
  const LabelledTexts texts = read_table(path);
  CHECK(texts.classes == std::vector<std::string>{"neg", "pos"});
  CHECK(pairs(texts) == Pairs{{"good", "pos"}, {"bad", "neg"}, {"", "pos"}});
  CHECK(pairs(read_table(path, {"1", "4"})) == Pairs{{"1", "x"}, {"2", "y"}, {"3", "x"}});
}

TEST_CASE("a header's names come before numbers") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", "text,2,label\na,b,c\n");
  CHECK(pairs(read_table(path, {"1", "2"})) == Pairs{{"a", "b"}});
  CHECK(pairs(read_table(folder.write("b.csv", "2,1\na,b\n"), {"1", "2"})) == Pairs{{"b", "a"}});
  CHECK(pairs(read_table(path, {"1", "3", false})) == Pairs{{"text", "label"}, {"a", "c"}});
}

TEST_CASE("a column that is not there and a table without examples are named") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& content, const LabelledColumns& columns, const std::string& reason) {
    const std::string path = folder.write("a.csv", content);
    CHECK(message_of([&] { read_table(path, columns); }) == "[table] " + path + reason);
  };
  says("a,b\n1,2\n", {"a", "class"},
       ": line 1: no column 'class'; the header has a, b; give a name of it or a number from 1 to 2");
  for (const char* column : {"0", "3", "-1", "1x", "", "99999999999999999999"})
    says("1,2\n", {"1", column, false},
         ": line 1: no column '" + std::string(column) + "'; there is no header; give a number from 1 to 2");
  says("a,b\n1,2\n", {"b", "2"}, ": line 1: text and label are both column 2; name two columns");
  says("text,label\n", {}, ": no example; expected rows with a text and a label");
  says("\xEF\xBB\xBF\n\n", {}, ": no example; expected rows with a text and a label");
  says("text,label\ngood,pos\nbad,\n", {}, ": line 3: the label is empty; give every example one");
}

TEST_CASE("one file a class, one example a line") {
  const TemporaryFolder folder;
  const std::string pos = folder.write("pos.txt", "good\r\n\r\n very good\n"), neg = folder.write("neg.txt", "caf\xE9");
  const LabelledTexts texts = read_class_files({pos, neg}, Encoding::latin1);
  CHECK(texts.classes == std::vector<std::string>{"neg", "pos"});
  CHECK(pairs(texts) == Pairs{{"good", "pos"}, {" very good", "pos"}, {"caf\xC3\xA9", "neg"}});
  CHECK(pairs(read_class_files({pos})) == Pairs{{"good", "pos"}, {" very good", "pos"}});
}

TEST_CASE("files that differ in their extension alone name classes by it") {
  const TemporaryFolder folder;
  const std::string pos = folder.write("rt-polarity.pos", "a\n"), neg = folder.write("rt-polarity.neg", "b\n");
  CHECK(pairs(read_class_files({pos, neg})) == Pairs{{"a", "pos"}, {"b", "neg"}});
  const std::string bare = folder.write("rt-polarity", "c\n");
  CHECK(pairs(read_class_files({pos, bare})) == Pairs{{"a", "pos"}, {"c", "rt-polarity"}});
  CHECK(message_of([&] {
          read_class_files({pos, pos});
        }) == "[classes] two of the files " + pos + ", " + pos + " name the same class; give one file a class");
}

TEST_CASE("a class file that is missing, empty or wrongly encoded is named") {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.txt", "good"), missing = folder.path("missing.txt");
  const auto says = [&](const std::string& path, const std::string& reason) {
    CHECK(message_of([&] { read_class_files({good, path}); }) == reason);
  };
  says(missing, "[text] " + missing + ": cannot be read: No such file or directory; check the path");
  const std::string empty = folder.write("empty.txt", ""), blank = folder.write("blank.txt", "\n\r\n");
  says(empty, "[text] " + empty + ": the file is empty; give a file with text in it");
  says(blank, "[classes] " + blank + ": no example; expected one a line");
  const std::string bad = folder.write("bad.txt", "ok\n\xC3\xA9\xC3\n");
  says(bad, "[text] " + bad +
                ": line 2: not valid UTF-8 at byte offset 2 (0xC3); convert it to UTF-8 (iconv), or read it "
                "as Latin-1");
  CHECK(message_of([] { read_class_files({}); }) == "[classes] no file is given; name one file a class");
}

TEST_CASE("examples are numbered by the classes of a model") {
  const LabelledTexts texts = {{"a", "b", "c"}, {{"x", 0}, {"y", 2}}};  // no example of b
  const LabelledTexts known = with_classes(texts, {"c", "z", "a"});
  CHECK(known.classes == std::vector<std::string>{"c", "z", "a"});
  CHECK(pairs(known) == pairs(texts));
  CHECK(message_of([&] {
          with_classes(texts, {"a", "b"});
        }) == "[classes] 'c' is not a class of the model, which knows a, b");
}
