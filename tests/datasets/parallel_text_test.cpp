#include "datasets/parallel_text.hpp"

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Texts = std::vector<std::string>;

namespace {

// Packs a file; the path of what comes of it.
std::string gzip(const std::string& path) {
  REQUIRE(std::system(("gzip -kf " + path).c_str()) == 0);
  return path + ".gz";
}

}  // namespace

TEST_CASE("pairs come from two files, from packed ones and from a table alike") {
  const TemporaryFolder folder;
  const std::string de = folder.write("a.de",
                                      "\xEF\xBB\xBF"
                                      "Ein Hund.\r\n\r\n  \nZwei M\xC3\xA4nner.");
  const std::string en = folder.write("a.en", "A dog.\n \n\nTwo men.\n");
  const std::string tsv = folder.write("a.tsv", "Ein Hund.\tA dog.\n\n \t\r\nZwei M\xC3\xA4nner.\tTwo men.\n");
  for (const ParallelText& pairs : {read_parallel(de, en), read_parallel(gzip(de), en), read_parallel(de, gzip(en)),
                                    read_parallel(tsv), read_parallel(gzip(tsv))}) {
    CHECK(pairs.source == Texts{"Ein Hund.", "Zwei M\xC3\xA4nner."});
    CHECK(pairs.target == Texts{"A dog.", "Two men."});
    CHECK(pairs.size() == 2);
    CHECK(pairs.blank == 2);
    CHECK(pairs.lines == std::vector<std::size_t>{1, 4});
  }
}

TEST_CASE("files of unequal line counts: the first line without a counterpart is named") {
  const TemporaryFolder folder;
  const std::string three = folder.write("three", "a\nb\nc\n"), two = folder.write("two", "a\nb");
  const std::string reason = three + " has 3 lines, " + two + " 2: line 3 of " + three +
                             " has no counterpart; give files that match line by line";
  CHECK(message_of([&] { read_parallel(three, two); }) == "[parallel] " + reason);
  CHECK(message_of([&] { read_parallel(two, three); }) == "[parallel] " + reason);
  CHECK(message_of([&] { read_parallel(two, gzip(three)); }) ==
        "[parallel] " + three + ".gz has 3 lines, " + two + " 2: line 3 of " + three +
            ".gz has no counterpart; give files that match line by line");
}

TEST_CASE("a sentence on one side only") {
  const TemporaryFolder folder;
  const std::string full = folder.write("full", "a\nb\nc\n"), gap = folder.write("gap", "a\n \nc\n");
  const std::string advice = " is not; give both a sentence, or take both out";
  CHECK(message_of([&] { read_parallel(full, gap); }) ==
        "[parallel] " + gap + ": line 2 is empty, but " + full + ": line 2" + advice);
  CHECK(message_of([&] { read_parallel(gap, full); }) ==
        "[parallel] " + gap + ": line 2 is empty, but " + full + ": line 2" + advice);
  const std::string source = folder.write("source.tsv", "a\tb\n\tb\n"), target = folder.write("target.tsv", "a\t\n");
  CHECK(message_of([&] { read_parallel(source); }) ==
        "[parallel] " + source + ": line 2: the source is empty, but " + source + ": line 2: the target" + advice);
  CHECK(message_of([&] { read_parallel(target); }) ==
        "[parallel] " + target + ": line 1: the target is empty, but " + target + ": line 1: the source" + advice);
}

TEST_CASE("a table of another number of columns") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& content, const std::string& reason) {
    const std::string path = folder.write("a.tsv", content);
    CHECK(message_of([&] { read_parallel(path); }) == "[parallel] " + path + ": " + reason);
  };
  says("a\tb\na\tb\tc\n", "line 2: expected two columns, source and target, got 3; put one tab between them");
  says("a b\n", "line 1: expected two columns, source and target, got 1; put one tab between them");
}

TEST_CASE("files that are missing, empty, no text, or cut off") {
  const TemporaryFolder folder;
  const std::string good = folder.write("good", "a\n"), missing = folder.path("no");
  const auto says = [&](const std::string& path, const std::string& reason) {
    CHECK(message_of([&] { read_parallel(good, path); }) == reason);
    CHECK(message_of([&] { read_parallel(path, good); }) == reason);
    CHECK(message_of([&] { read_parallel(path); }) == reason);
  };
  says(missing, "[text] " + missing + ": cannot be read: No such file or directory; check the path");
  const std::string empty = folder.write("empty", "");
  says(empty, "[text] " + empty + ": the file is empty; give a file with text in it");
  const std::string latin1 = folder.write("latin1", "caf\xE9\n");
  says(latin1, "[text] " + latin1 +
                   ": line 1: not valid UTF-8 at byte offset 3 (0xE9); convert it to UTF-8 (iconv), or fetch it anew");
  const std::string blank = folder.write("blank", "\n \n");
  CHECK(message_of([&] { read_parallel(blank, blank); }) ==
        "[parallel] " + blank + ": no pair of sentences; every line is empty");
  CHECK(message_of([&] { read_parallel(blank); }) ==
        "[parallel] " + blank + ": no pair of sentences; every line is empty");
}

TEST_CASE("Multi30k, as it is distributed") {
  const std::string folder = data_folder() + "/multi30k/";
  if (!std::filesystem::exists(folder + "train.de.gz")) {
    WARN("REWIND_DATA has no multi30k/train.de.gz: skipped");
    return;
  }
  for (const auto& [part, size] : {std::pair{"train", 29'000u}, {"val", 1'014u}, {"test_2016_flickr", 1'000u}}) {
    const ParallelText pairs = read_parallel(folder + part + ".de.gz", folder + part + ".en.gz");
    CHECK(pairs.size() == size);
    CHECK(pairs.target.size() == size);
    CHECK(pairs.blank == 0);
  }
}
