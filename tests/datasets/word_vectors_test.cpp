#include "datasets/word_vectors.hpp"

#include <random>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using namespace std::string_literals;

namespace {

const WordVocabulary vocabulary({"the", "caf\xC3\xA9", "absent"});

WordVectors load(const std::string& path, const WordVocabulary& words = vocabulary) {
  Rng rng(1);
  return load_word_vectors(path, words, rng);
}

std::vector<double> row(const Array& vectors, std::size_t r) {
  std::vector<double> values;
  for (std::size_t d = 0; d < vectors.shape(1); ++d) values.push_back(static_cast<double>(vectors(r, d)));
  return values;
}

}  // namespace

TEST_CASE("GloVe's form and word2vec's give the same vectors") {
  const TemporaryFolder folder;
  const std::string glove = "the 0.5 -1 2e-1\nother x y z\ncaf\xC3\xA9 0 0.25 1\n";  // unwanted numbers are not read
  const std::string word2vec = "3 3\r\nthe 0.5 -1 0.2 \r\ncaf\xC3\xA9\t0\t0.25\t1 \r\nother 1 2 3 \r\n";
  const WordVectors a = load(folder.write("glove.txt", glove)), b = load(folder.write("w2v.txt", word2vec));
  CHECK(a.found == std::vector<bool>{false, false, true, true, false});
  CHECK(a.found == b.found);
  check_close(a.vectors, b.vectors, 0);
  CHECK(a.vectors.shape() == Shape{5, 3});
  CHECK(row(a.vectors, 2) == std::vector<double>{0.5, -1, Scalar(0.2)});
  CHECK(row(a.vectors, 3) == std::vector<double>{0, 0.25, 1});
}

TEST_CASE("padding is 0, other rows are drawn with the mean square of the found ones") {
  const TemporaryFolder folder;
  std::vector<std::string> words = {"the"};
  for (int i = 0; i < 2000; ++i) words.push_back("w" + std::to_string(i));
  const WordVocabulary large(words);
  const std::string path = folder.write("a.txt", "the 3 -3 3 -3\n");
  const WordVectors a = load(path, large), b = load(path, large);
  CHECK(row(a.vectors, WordVocabulary::padding) == std::vector<double>(4, 0));
  double sum = 0, squares = 0;
  for (std::size_t r = 1; r < large.size(); ++r)
    if (r != 2)
      for (double x : row(a.vectors, r)) sum += x, squares += x * x;
  CHECK(sum / 8004 == Approx(0).margin(0.15));
  CHECK(squares / 8004 == Approx(9).epsilon(0.06));
  check_close(a.vectors, b.vectors, 0);  // the same seed, the same bits
}

TEST_CASE("of a word that comes twice the first counts") {
  const TemporaryFolder folder;
  CHECK(row(load(folder.write("a.txt", "the 1 2\nthe 3 4\n")).vectors, 2) == std::vector<double>{1, 2});
}

TEST_CASE("words may have spaces in them or be numbers, and one dimension will do") {
  const TemporaryFolder folder;
  const WordVocabulary words({"at me@home", "7"});
  const WordVectors v = load(folder.write("a.txt", "7 1 2\nat me@home 3 4\n. . . 5 6\n"), words);
  CHECK(row(v.vectors, 2) == std::vector<double>{3, 4});
  CHECK(row(v.vectors, 3) == std::vector<double>{1, 2});
  CHECK(row(load(folder.write("b.txt", "the 5\n")).vectors, 2) == std::vector<double>{5});
  CHECK(row(load(folder.write("c.txt", "7 0.5\n"), words).vectors, 3) == std::vector<double>{0.5});  // no "count D"
}

TEST_CASE("what the form does not allow is named by file and line") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& content, const std::string& reason) {
    const std::string path = folder.write("a.txt", content);
    CHECK(message_of([&] { load(path); }) == "[vectors] " + path + ": " + reason);
  };
  const std::string one_width = "; all vectors of a file have one width";
  says("the 1 2\nx 1 2 3\n", "line 2: expected 2 numbers after the word, got 3" + one_width);
  says("the 1 2\nx 1\n", "line 2: expected 2 numbers after the word, got 1" + one_width);
  says("the 1 2\n\n", "line 2: expected 2 numbers after the word, got 0" + one_width);
  says("1 3\nthe 1 2\n", "line 2: expected 3 numbers after the word, got 2" + one_width);
  says("the\n", "line 1: expected a word and its numbers; give word vectors in text form");
  says("x 1 2\nthe 1 2,5\n", "line 2: '2,5' is not a finite number");
  for (const std::string number : {"nan", "-inf", "1e999", "0x1p3", "+1"})
    says("the 1 " + number + "\n", "line 1: '" + number + "' is not a finite number");
  says("3 2\nthe 1 2\nx 1 2\n", "line 1 promises 3 vectors, got 2; fetch the file again");
  says("1 2\nthe 1 2\nx 1 2\n", "line 1 promises 1 vectors, got 2; fetch the file again");
  says("x 1 2\n", "has none of the 3 words of the vocabulary; give vectors of the same language and case");
  says("0 99999999999\n", "has none of the 3 words of the vocabulary; give vectors of the same language and case");
#ifndef REWIND_DOUBLE
  says("the 1 1e39\n", "line 1: '1e39' is not a finite number");
#endif
}

TEST_CASE("whatever a file has in it, vectors or an Error come of it") {
  const TemporaryFolder folder;
  std::mt19937 random(4);
  const std::string alphabet = "the  \t\n\n012.-e\xFF";
  for (int trial = 0; trial < 300; ++trial) {
    std::string bytes = trial % 2 ? "the 1 2\n" : "2 2\n";
    for (int i = 0; i < 12; ++i) bytes += alphabet[random() % alphabet.size()];
    try {
      const WordVectors v = load(folder.write("a.txt", bytes));
      for (Scalar x : v.vectors.storage()) REQUIRE(std::isfinite(x));
    } catch (const Error&) {
    }
  }
}

TEST_CASE("files that are missing, empty or binary are named") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& path, const std::string& reason) {
    CHECK(message_of([&] { load(path); }) == "[text] " + path + ": " + reason);
  };
  says(folder.path("no"), "cannot be read: No such file or directory; check the path");
  says(folder.write("empty", ""), "the file is empty; give a file with text in it");
  says(folder.write("binary", "1 2\nthe \0\0\x80?"s),
       "line 2: a NUL byte at byte offset 4, so this looks like a binary file; give a text, or the text form of these "
       "vectors");
}
