#include "datasets/imdb.hpp"

#include <cstdlib>
#include <functional>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

// A small aclImdb with everything that the distribution has.
void write_corpus(const TemporaryFolder& folder) {
  for (const char* name : {"train/neg", "train/pos", "train/unsup", "test/neg", "test/pos"})
    std::filesystem::create_directories(folder.path("aclImdb/" + std::string(name)));
  folder.write("aclImdb/README", "about");
  folder.write("aclImdb/imdb.vocab", "the\n");
  folder.write("aclImdb/train/urls_pos.txt", "http://");
  folder.write("aclImdb/train/labeledBow.feat", "9 0:9");
  folder.write("aclImdb/train/unsup/0_0.txt", "unlabelled");
  folder.write("aclImdb/train/neg/.0_3.txt.swp", "of an editor");
  folder.write("aclImdb/train/neg/10_1.txt", "Bad.<br /><br />Very bad.");
  folder.write("aclImdb/train/neg/2_4.txt", "");
  folder.write("aclImdb/train/pos/0_9.txt", "Caf\xC3\xA9<br/> good<br />");
  folder.write("aclImdb/test/neg/0_2.txt", "No");
  folder.write("aclImdb/test/pos/0_10.txt", "Yes");
}

std::string pack(const TemporaryFolder& folder, const std::string& name = "aclImdb_v1.tar.gz") {
  const std::string path = folder.path(name);
  REQUIRE(std::system(("tar -czf " + path + " -C " + folder.path() + " aclImdb").c_str()) == 0);
  return path;
}

const std::string expected =
    "; expected aclImdb/train/neg/0_3.txt and the like: the folder aclImdb or aclImdb_v1.tar.gz";

}  // namespace

TEST_CASE("folder, the folder around it, and archive give the same reviews in the same order") {
  const TemporaryFolder folder;
  write_corpus(folder);
  for (const std::string& path : {folder.path("aclImdb"), folder.path("aclImdb/"), folder.path(), pack(folder)}) {
    const LabelledTexts train = read_imdb(path, "train"), test = read_imdb(path, "test");
    CHECK(train.classes == std::vector<std::string>{"neg", "pos"});
    REQUIRE(train.examples.size() == 3);
    CHECK(train.examples[0].text == "Bad.  Very bad.");
    CHECK(train.examples[1].text == "");
    CHECK(train.examples[2].text == "Caf\xC3\xA9<br/> good ");
    CHECK((train.examples[0].label == 0 && train.examples[1].label == 0 && train.examples[2].label == 1));
    REQUIRE(test.examples.size() == 2);
    CHECK((test.examples[0].text == "No" && test.examples[1].text == "Yes" && test.examples[1].label == 1));
  }
}

TEST_CASE("another layout is refused, with the one that is expected") {
  const TemporaryFolder folder;
  write_corpus(folder);
  const std::string root = folder.path("aclImdb");
  CHECK(message_of([&] { read_imdb(root, "dev"); }) == "[imdb] part: expected train or test, got 'dev'");
  CHECK(message_of([&] { read_imdb(root + "/train", "train"); }) ==
        "[imdb] " + root + "/train: no review in train/neg/" + expected);
  std::filesystem::remove_all(folder.path("aclImdb/train/pos"));
  for (const std::string& path : {root, pack(folder)})
    CHECK(message_of([&] { read_imdb(path, "train"); }) == "[imdb] " + path + ": no review in train/pos/" + expected);
}

TEST_CASE("a missing, a truncated and a wrongly encoded corpus are named") {
  const TemporaryFolder folder;
  write_corpus(folder);
  CHECK_THAT(message_of([&] { read_imdb(folder.path("no"), "test"); }), Contains("there is no such file or folder"));
  const std::string bytes = content(pack(folder)), cut = folder.write("cut.tar.gz", bytes.substr(0, bytes.size() / 2));
  CHECK_THAT(message_of([&] { read_imdb(cut, "train"); }), StartsWith("[archive] " + cut + ": "));
  folder.write("aclImdb/train/pos/1_8.txt", "caf\xE9");
  for (const std::string& path : {folder.path(), pack(folder)})
    CHECK(message_of([&] { read_imdb(path, "train"); }) ==
          "[text] " + path +
              ": aclImdb/train/pos/1_8.txt: not valid UTF-8 at byte offset 3 (0xE9); convert it to UTF-8 "
              "(iconv), or fetch it again");
}

TEST_CASE("the distribution's 50,000 reviews") {
  const std::string path = data_folder() + "/imdb/aclImdb_v1.tar.gz";
  if (!std::filesystem::exists(path)) {
    WARN("REWIND_DATA has no imdb/aclImdb_v1.tar.gz: skipped");
    return;
  }
  for (const char* part : {"train", "test"}) {
    const LabelledTexts texts = read_imdb(path, part);
    std::size_t positive = 0;
    for (const LabelledText& example : texts.examples) {
      positive += static_cast<std::size_t>(example.label);
      if (example.text.empty() || example.text.find("<br />") != std::string::npos) FAIL(example.text);
    }
    CHECK(texts.examples.size() == 25'000);
    CHECK(positive == 12'500);
  }
}
