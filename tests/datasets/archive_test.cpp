#include "datasets/archive.hpp"

#include <cstdlib>
#include <map>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

bool all(const std::string&) { return true; }

std::map<std::string, std::string> files_of(const std::string& path) {
  std::map<std::string, std::string> files;
  for_each_file(path, all,
                [&](const std::string& name, std::string content) { REQUIRE(files.emplace(name, content).second); });
  return files;
}

// What a folder has, made by tar itself.
std::string packed(const TemporaryFolder& folder, const std::string& what, const std::string& name,
                   const std::string& flags) {
  const std::string path = folder.path(name);
  REQUIRE(std::system(("tar " + flags + " -cf " + path + " -C " + folder.path() + " " + what).c_str()) == 0);
  return path;
}

// Text that hardly compresses.
std::string noise(std::size_t n) {
  std::string text;
  for (std::uint32_t x = 1; text.size() < n; x = x * 1664525 + 1013904223) text += static_cast<char>('0' + (x >> 26));
  return text;
}

std::string folder_of_files(const TemporaryFolder& folder) {
  std::filesystem::create_directories(folder.path("root/b/deep"));
  folder.write("root/z.txt", "last");
  folder.write("root/a.txt", "");
  folder.write("root/b/deep/long.txt", noise(200'001));
  folder.write("root/b/\xC3\xA9.txt", "name in UTF-8");
  std::filesystem::create_symlink("nowhere", folder.path("root/dangling"));
  return folder.path("root");
}

}  // namespace

TEST_CASE("a folder and its archives have the same files") {
  const TemporaryFolder folder;
  const std::string root = folder_of_files(folder);
  const auto files = files_of(root);
  CHECK(files.size() == 4);
  CHECK(files.at("z.txt") == "last");
  CHECK(files.at("a.txt") == "");
  CHECK(files.at("b/deep/long.txt") == noise(200'001));
  CHECK(files.at("b/\xC3\xA9.txt") == "name in UTF-8");
  CHECK(files_of(packed(folder, "-C root .", "dot.tar.gz", "-z")) == files);  // names begin with ./
  for (const char* format : {"gnu", "ustar", "pax"}) {
    const std::string tar = packed(folder, "-C root .", "plain.tar", "--format=" + std::string(format));
    CHECK(files_of(tar) == files);
    std::filesystem::remove(tar);
  }
}

TEST_CASE("a folder's files come sorted, and those that are not wanted are not read") {
  const TemporaryFolder folder;
  folder_of_files(folder);
  const std::string archive = packed(folder, "root", "root.tar.gz", "-z");
  std::vector<std::string> names;
  const auto note = [&](const std::string& name, const std::string&) { names.push_back(name); };
  for_each_file(folder.path("root"), all, note);
  CHECK(names == std::vector<std::string>{"a.txt", "b/deep/long.txt", "b/\xC3\xA9.txt", "z.txt"});
  names.clear();
  for_each_file(
      archive, [](const std::string& name) { return name == "root/z.txt"; }, note);
  CHECK(names == std::vector<std::string>{"root/z.txt"});
}

TEST_CASE("what is no folder and no archive is refused") {
  const TemporaryFolder folder;
  const std::string missing = folder.path("missing.tar.gz");
  CHECK(message_of([&] { files_of(missing); }) ==
        "[archive] " + missing + ": there is no such file or folder; check the path");
  for (const std::string& content : {std::string(), std::string("just a text\n"), noise(5000)}) {
    const std::string path = folder.write("text.tar", content);
    CHECK_THAT(message_of([&] { files_of(path); }),
               StartsWith("[archive] " + path + ": ") &&
                   EndsWith(" before any file; give a folder, or a .tar or .tar.gz that is whole"));
  }
  CHECK(files_of(packed(folder, "-T /dev/null", "empty.tar.gz", "-z")).empty());
}

TEST_CASE("an archive that is cut off anywhere is an error, and names the last whole file") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("root"));
  folder.write("root/a.txt", "first");
  folder.write("root/b.txt", noise(1'000'000));
  for (const char* flags : {"-z --sort=name", "--sort=name"}) {
    const std::string bytes = content(packed(folder, "root", "whole.tar", flags));
    for (std::size_t kept : {bytes.size() / 2, bytes.size() / 3, std::size_t{30}}) {
      const std::string path = folder.write("cut.tar", bytes.substr(0, kept));
      const std::string message = message_of([&] { files_of(path); });
      CHECK_THAT(message, StartsWith("[archive] " + path + ": "));
      CHECK_THAT(message, Contains(kept == 30 ? " before any file; " : " after root/a.txt; "));
    }
  }
}

TEST_CASE("a tar that is cut between files, or within its end mark, is an error") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("root"));
  folder.write("root/a.txt", "first");
  folder.write("root/b.txt", "second");
  constexpr std::size_t block = 512, behind_a = 3 * block, behind_b = 5 * block;  // the folder's header comes first
  const std::string bytes = content(packed(folder, "root", "whole.tar", "--sort=name"));
  const auto read = [&](std::size_t kept) {
    const std::string path = folder.write("cut.tar", bytes.substr(0, kept));
    const std::string message = message_of([&] { files_of(path); }), begin = "[archive] " + path + ": ";
    return message.starts_with(begin) ? message.substr(begin.size()) : message;
  };
  const std::string advice = "; give a folder, or a .tar or .tar.gz that is whole";
  CHECK(read(block) == "is cut off before any file" + advice);
  CHECK(read(behind_a) == "is cut off after root/a.txt" + advice);
  CHECK(read(behind_b) == "is cut off after root/b.txt" + advice);
  CHECK(read(behind_b + block) == "is cut off after root/b.txt" + advice);
  CHECK(read(behind_b + 2 * block) == "nothing was thrown");
}

TEST_CASE("the last whole file of a cut archive is named if it was not wanted, too") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("root"));
  folder.write("root/a.txt", "first");
  folder.write("root/b.txt", noise(1'000'000));
  for (const char* flags : {"-z --sort=name", "--sort=name"}) {
    const std::string bytes = content(packed(folder, "root", "whole.tar", flags));
    const std::string path = folder.write("cut.tar", bytes.substr(0, bytes.size() / 2));
    const auto none = [](const std::string&) { return false; };
    CHECK_THAT(message_of([&] { for_each_file(path, none, [](const std::string&, const std::string&) {}); }),
               Contains(" after root/a.txt; "));
  }
}
