#include "datasets/conll.hpp"

#include <random>
#include <sstream>

#include "datasets/conllu.hpp"
#include "tests/support.hpp"

using namespace rw::datasets;
using Catch::Matchers::Contains;
using namespace std::string_literals;
using Strings = std::vector<std::string>;

namespace {

TaggedCorpus read(const std::string& text, const ConllOptions& options = {}) {
  std::istringstream in(text);
  ConllReader reader({in, "f.conll"}, options);
  return read_all(reader);
}

void says(const std::string& text, const std::string& message, const ConllOptions& options = {}) {
  INFO(text);
  CHECK(message_of([&] { read(text, options); }) == message);
}

std::size_t tokens(const TaggedCorpus& corpus) {
  std::size_t n = 0;
  for (const TaggedSentence& sentence : corpus.sentences) n += sentence.tokens.size();
  return n;
}

const std::string two_documents =
    "-DOCSTART- -X- -X- O\n\nEU NNP I-NP I-ORG\nrejects VBZ I-VP O\n\nPeter NNP I-NP I-PER\n\n-DOCSTART- -X- -X- O\n\n"
    "Paris NNP I-NP I-LOC\n\n";

}  // namespace

TEST_CASE("CoNLL: sentences, tags and documents") {
  const TaggedCorpus corpus = read(two_documents);
  REQUIRE(corpus.sentences.size() == 3);
  CHECK(corpus.sentences[0].tokens == Strings{"EU", "rejects"});
  CHECK(corpus.sentences[0].tags == Strings{"I-ORG", "O"});
  CHECK(corpus.sentences[1].tokens == Strings{"Peter"});
  CHECK(corpus.sentences[2].tags == Strings{"I-LOC"});
  CHECK(corpus.documents == std::vector<std::size_t>{0, 2});
}

TEST_CASE("CoNLL: any layout of the same corpus reads the same") {
  const auto replaced = [](std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
      text.replace(at, from.size(), to);
    return text;
  };
  const auto same = [](const std::string& text) {
    INFO(text);
    const TaggedCorpus corpus = read(text), wanted = read(two_documents);
    REQUIRE(corpus.sentences.size() == wanted.sentences.size());
    for (std::size_t i = 0; i < wanted.sentences.size(); ++i) {
      CHECK(corpus.sentences[i].tokens == wanted.sentences[i].tokens);
      CHECK(corpus.sentences[i].tags == wanted.sentences[i].tags);
    }
    CHECK(corpus.documents == wanted.documents);
  };
  const std::string tabs = replaced(two_documents, " ", "\t");
  for (const std::string& text : {two_documents, tabs}) {
    same("\xEF\xBB\xBF" + text);
    same(replaced(text, "\n", "\r\n"));
    same("\n\n" + replaced(text, "\n\n", "\n \n\t\n"));
    same(text.substr(0, text.size() - 1));
    same(text.substr(0, text.size() - 2));                       // ends with the last tag
    same(replaced(text, "-DOCSTART- -X- -X- O", "-DOCSTART-"));  // the mark may stand alone
    same(replaced(text, "\n\n-DOCSTART-", "\n-DOCSTART-"));      // and ends a sentence
  }
  same(replaced(two_documents, " ", "   "));
  same(replaced(two_documents, "\n", " \n"));
  same("# a comment\n# about\ttabs\n" + replaced(tabs, "rejects", "# inside\nrejects"));
}

TEST_CASE("CoNLL: a hash that is a token survives") {
  CHECK(read("# O\n1 O\n").sentences[0].tokens == Strings{"#", "1"});
  CHECK(read("We O\n\n# O\n1 O\n").sentences[1].tokens == Strings{"#", "1"});
  CHECK(read("# O").sentences[0].tokens == Strings{"#"});
  CHECK(read("#\tO\n#NFL\tO\n").sentences[0].tokens == Strings{"#", "#NFL"});
  CHECK(read("# text\n\n# 2\n#\tO\n").sentences.size() == 1);
}

TEST_CASE("CoNLL: columns are chosen from the front or from the end") {
  const std::string text = "1 EU NNP I-ORG x\n2 rejects VBZ O x\n";
  CHECK(read(text, {2, 3}).sentences[0].tags == Strings{"NNP", "VBZ"});
  CHECK(read(text, {2, -2}).sentences[0].tags == Strings{"I-ORG", "O"});
  CHECK(read(text, {-4, -2}).sentences[0].tokens == Strings{"EU", "rejects"});
  CHECK(read(text).sentences[0].tokens == Strings{"1", "2"});
}

TEST_CASE("CoNLL: one column is a text without tags") {
  const TaggedCorpus corpus = read("EU\nrejects\n\n#\n");
  CHECK(corpus.sentences[0].tokens == Strings{"EU", "rejects"});
  CHECK(corpus.sentences[0].tags.empty());
  CHECK(corpus.sentences[1].tokens == Strings{"#"});
}

TEST_CASE("CoNLL: a document begins with its first sentence") {
  CHECK(read("a O\n").documents == std::vector<std::size_t>{0});
  CHECK(read("a O\n-DOCSTART- O\nb O\n-DOCSTART- O\n\n-DOCSTART- O\n\nc O\n\nd O\n\n-DOCSTART- O\n").documents ==
        std::vector<std::size_t>{0, 1, 2});
  CHECK(read("-DOCSTART-s O\n").sentences[0].tokens == Strings{"-DOCSTART-s"});
  CHECK(read("-DOCSTART- O\n").sentences.empty());
}

TEST_CASE("CoNLL: a stream gives each sentence when its end has arrived") {
  std::stringstream pipe;
  ConllReader reader({pipe, "standard input"});
  pipe << "a O\nb O\n\nc";
  CHECK(reader.next()->tokens == Strings{"a", "b"});
  CHECK(reader.at_document());
  pipe << " O\n\n";
  CHECK(reader.next()->tokens == Strings{"c"});
  CHECK_FALSE(reader.at_document());
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.next());
}

TEST_CASE("CoNLL: what is wrong with a line is said with its number") {
  says("a O\nb\n",
       "[conll] f.conll: line 2: expected 2 columns separated by spaces as in line 1, got 1; mend the line");
  says("\n# x\na\tO\n\nb\tO\tO\n",
       "[conll] f.conll: line 5: expected 2 columns separated by tabs as in line 3, got 3; mend the line");
  says("a\tO\nb O\n",
       "[conll] f.conll: line 2: expected 2 columns separated by tabs as in line 1, got 1; mend the line");
  says("a\tO\n\tO\n", "[conll] f.conll: line 2: nothing in column 1; mend the line");
  says("a\tO\nb\t\n", "[conll] f.conll: line 2: nothing in column 2; mend the line");
  const std::string advice = "; convert it to UTF-8 (iconv), or fetch the file again";
  says("a O\nb O\ncaf\xE9 O\n", "[text] f.conll: line 3: not valid UTF-8 at byte offset 3 (0xE9)" + advice);
  says("a O\nb\0 O\n"s,
       "[text] f.conll: line 2: a NUL byte at byte offset 1, so this looks like a binary file; give a text, or fetch "
       "the file again");
}

TEST_CASE("CoNLL: a column that is not there is named") {
  says("a b O\n", "[conll] f.conll: line 1: expected the tag in column 4, got a line of 3; choose another column",
       {1, 4});
  says("a b O\n", "[conll] f.conll: line 1: expected the token in column -4, got a line of 3; choose another column",
       {-4, 1});
  says("a\n", "[conll] f.conll: line 1: expected the tag in column 2, got a line of 1; choose another column", {1, 2});
  says("a b O\n",
       "[conll] f.conll: line 1: expected token and tag in two columns, got 3 for both; choose another column",
       {3, -1});
  says("a O\n", "[conll] there is no column 0: columns count from 1, or from the last with -1", {0, 1});
}

TEST_CASE("CoNLL: a file that cannot be read, or has nothing to read, is named") {
  const TemporaryFolder folder;
  const std::string blank = folder.write("blank.conll", "\n-DOCSTART- O\n\n"), empty = folder.write("empty.conll", "");
  CHECK(message_of([&] { read_conll(blank); }) ==
        "[conll] " + blank + ": no sentence in it; give a file with a token a line");
  CHECK_THAT(message_of([&] { read_conll(empty); }), Contains(empty + ": the file is empty"));
  CHECK_THAT(message_of([&] { read_conll(folder.path("none")); }), Contains("none: cannot be read: No such file"));
  CHECK(read("").sentences.empty());
}

TEST_CASE("CoNLL: a stream that breaks is an error, not an end") {
  struct Broken : std::streambuf {
    int_type underflow() override { throw std::runtime_error("gone"); }
  } buffer;
  std::istream in(&buffer);
  ConllReader reader({in, "standard input"});
  CHECK(message_of([&] { reader.next(); }) == "[text] standard input: cannot be read after line 0; give it anew");
}

TEST_CASE("CoNLL and CoNLL-U: whatever bytes come, there are sentences of tokens and tags, or an Error") {
  std::mt19937 random(1);
  const std::string alphabet = "a#-. \t\n\r2\xC3\0"s, rest = std::string(8, '\t');
  const std::string universal = "1\ta" + rest + "O\n2-3\tb" + rest + "O\n2\tb" + rest + "O\n3\tc" + rest + "O\n\n";
  const auto disturbed = [&](std::string text) {
    for (std::size_t n = random() % 4; n > 0; --n) text[random() % text.size()] = alphabet[random() % alphabet.size()];
    return text;
  };
  std::size_t errors = 0, sentences = 0;
  const auto read_or_refuse = [&](auto reader) {
    try {
      while (const auto sentence = reader.next()) {
        ++sentences;
        REQUIRE_FALSE(sentence->tokens.empty());
        REQUIRE((sentence->tags.empty() || sentence->tags.size() == sentence->tokens.size()));
      }
    } catch (const rw::Error&) {
      ++errors;
    }
  };
  for (int trial = 0; trial < 3000; ++trial) {
    std::istringstream columns(disturbed(two_documents)), ten_columns(disturbed(universal + universal));
    read_or_refuse(ConllReader({columns, "f"}));
    read_or_refuse(ConlluReader({ten_columns, "f"}, 10));
  }
  CHECK(errors > 1000);
  CHECK(sentences > 1000);
}

TEST_CASE("CoNLL: wikigold and WNUT-17 read with the counts that are known") {
  if (data_folder().empty()) {
    WARN("skipped: REWIND_DATA names no folder with wikigold and wnut17");
    return;
  }
  const TaggedCorpus wikigold = read_conll(data_folder() + "/wikigold/wikigold.conll.txt");
  CHECK(wikigold.sentences.size() == 1696);
  CHECK(tokens(wikigold) == 39007);
  CHECK(wikigold.documents.size() == 145);
  const std::string wnut = data_folder() + "/wnut17/";
  const TaggedCorpus train = read_conll(wnut + "wnut17train.conll"), dev = read_conll(wnut + "emerging.dev.conll"),
                     test = read_conll(wnut + "emerging.test.annotated");
  CHECK(train.sentences.size() == 3394);
  CHECK(tokens(train) == 62730);
  CHECK(dev.sentences.size() == 1009);
  CHECK(tokens(dev) == 15733);
  CHECK(test.sentences.size() == 1287);
  CHECK(tokens(test) == 23394);
  CHECK(train.documents.size() == 1);
}
