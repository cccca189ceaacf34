#include "datasets/conllu.hpp"

#include <sstream>

#include "tests/support.hpp"

using namespace rw::datasets;
using Catch::Matchers::Contains;
using Strings = std::vector<std::string>;

namespace {

// A line of ten columns.
std::string line(const std::string& id, const std::string& form, const std::string& upos) {
  return id + "\t" + form + "\tlemma\t" + upos + "\txpos\t_\t_\t_\t_\t_\n";
}

TaggedCorpus read(const std::string& text, std::size_t tag_column = 4) {
  std::istringstream in(text);
  ConlluReader reader({in, "f.conllu"}, tag_column);
  return read_all(reader);
}

void says(const std::string& text, const std::string& message) {
  INFO(text);
  CHECK(message_of([&] { read(text); }) == "[conllu] f.conllu: line " + message);
}

const std::string sentence = line("1", "We", "PRON") + line("2-3", "don't", "_") + line("2", "do", "AUX") +
                             line("3", "n't", "PART") + line("3.1", "go", "VERB") + line("3.2", "on", "ADV") +
                             line("4", "#", "SYM");

}  // namespace

TEST_CASE("CoNLL-U: words and tags, without multiword tokens and empty nodes") {
  const TaggedCorpus corpus =
      read("# text = We don't #\n" + sentence + "\n" + line("0.1", "x", "X") + line("1", "a b", "X"));
  REQUIRE(corpus.sentences.size() == 2);
  CHECK(corpus.sentences[0].tokens == Strings{"We", "do", "n't", "#"});
  CHECK(corpus.sentences[0].tags == Strings{"PRON", "AUX", "PART", "SYM"});
  CHECK(corpus.sentences[1].tokens == Strings{"a b"});  // words may have spaces
  CHECK(read(sentence, 5).sentences[0].tags == Strings(4, "xpos"));
}

TEST_CASE("CoNLL-U: a comment says where documents begin") {
  const std::string a = line("1", "a", "X") + "\n";
  CHECK(read(a + a).documents == std::vector<std::size_t>{0});
  CHECK(read("# newdoc\n# newpar\n" + a + "# newpar\n" + a + "# newdoc id = 2\n# sent_id = 3\n" + a).documents ==
        std::vector<std::size_t>{0, 2});
  CHECK(read(a + "#newdoc\n" + a + "# newdocument\n" + a + "# newdoc\n").documents == std::vector<std::size_t>{0, 1});
  CHECK(read(a + "#\n# \n" + a).documents == std::vector<std::size_t>{0});
}

TEST_CASE("CoNLL-U: byte order mark, CRLF, blank lines, no last newline") {
  std::string text = "\xEF\xBB\xBF\n\n# c\n" + sentence + "\n\n" + sentence;
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 2) text.insert(at, "\r");
  text.resize(text.size() - 2);
  const TaggedCorpus corpus = read(text);
  REQUIRE(corpus.sentences.size() == 2);
  CHECK(corpus.sentences[1].tokens == Strings{"We", "do", "n't", "#"});
  CHECK(read("").sentences.empty());
}

TEST_CASE("CoNLL-U: a stream gives each sentence when its end has arrived") {
  std::stringstream pipe(sentence + "\n" + line("1", "a", "X"), std::ios::in | std::ios::out | std::ios::ate);
  ConlluReader reader({pipe, "standard input"});
  CHECK(reader.next()->tokens.size() == 4);
  CHECK(reader.at_document());
  pipe << line("2", "b", "X");
  CHECK(reader.next()->tokens == Strings{"a", "b"});
  CHECK_FALSE(reader.at_document());
  CHECK_FALSE(reader.next());
}

TEST_CASE("CoNLL-U: what is wrong with a line is said with its number") {
  const std::string a = line("1", "a", "X");
  says(a + "2\tb\n", "2: expected 10 columns separated by tabs, got 2; give a file in the format CoNLL-U");
  says("a b c\n", "1: expected 10 columns separated by tabs, got 1; give a file in the format CoNLL-U");
  says(a + line("2", "", "X"), "2: nothing in column 2; mend the line");
  says(a + line("2", "b", ""), "2: nothing in column 4; mend the line");
  CHECK_THAT(message_of([&] { read(a + line("2", "caf\xE9", "X")); }),
             Contains("f.conllu: line 2: not valid UTF-8 at byte offset 5 (0xE9)"));
}

TEST_CASE("CoNLL-U: ids follow each other") {
  const std::string a = "# c\n" + line("1", "a", "X");
  const auto refused = [&](const std::string& id) {
    says(a + line(id, "b", "X"),
         "3: expected the id 2, a multiword token from 2 on, or the empty node 1.1, got '" + id + "'; mend the line");
  };
  for (const char* id : {"3", "1", "0", "", "x", "2x", "-2", "2-", "2-1", "3-4", "2-x", "1.2", "2.1", "1.", "1.0",
                         "2-3-4", "18446744073709551617"})
    refused(id);
  says(a + line("1.1", "e", "X") + line("1.1", "e", "X"),
       "4: expected the id 2, a multiword token from 2 on, or the empty node 1.2, got '1.1'; mend the line");
  says(line("1-2", "ab", "_") + line("1", "a", "X") + line("2-3", "bc", "_"),
       "3: expected the id 2, a multiword token from 2 on, or the empty node 1.1, got '2-3'; mend the line");
  says(a + line("2-3", "bc", "_") + line("2", "b", "X") + "\n",
       "5: expected the words up to 3, of a multiword token, got a sentence of 2; mend it");
  says(line("1-2", "ab", "_"), "1: expected the words up to 2, of a multiword token, got a sentence of 0; mend it");
}

TEST_CASE("CoNLL-U: a file or a column that is not there") {
  const TemporaryFolder folder;
  const std::string blank = folder.write("blank.conllu", "# nothing\n\n");
  CHECK(message_of([&] { read_conllu(blank); }) ==
        "[conllu] " + blank + ": no sentence in it; give a file in the format CoNLL-U");
  CHECK_THAT(message_of([&] { read_conllu(folder.path("none")); }), Contains("none: cannot be read: No such file"));
  for (std::size_t column : {0, 2, 11})
    CHECK(message_of([&] { read("", column); }) ==
          "[conllu] tag column: expected 3 to 10, got " + std::to_string(column));
}

TEST_CASE("CoNLL-U: UD English EWT reads with the counts that are known") {
  if (data_folder().empty()) {
    WARN("skipped: REWIND_DATA names no folder with ud_english_ewt");
    return;
  }
  std::size_t words = 0;
  const auto read_part = [&](const std::string& part) {
    TaggedCorpus corpus = read_conllu(data_folder() + "/ud_english_ewt/en_ewt-ud-" + part + ".conllu");
    for (const TaggedSentence& one : corpus.sentences) {
      words += one.tokens.size();
      for (const std::string& tag : one.tags)
        if (tag == "_") FAIL("a multiword token was read as a word");
    }
    return corpus;
  };
  const TaggedCorpus train = read_part("train"), dev = read_part("dev"), test = read_part("test");
  CHECK(train.sentences.size() == 12544);
  CHECK(dev.sentences.size() == 2001);
  CHECK(test.sentences.size() == 2077);
  CHECK(train.documents.size() == 540);
  CHECK(dev.documents.size() == 318);
  CHECK(test.documents.size() == 316);
  CHECK(words == 254'818);  // its README
}
