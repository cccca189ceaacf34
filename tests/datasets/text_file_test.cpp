#include "datasets/text_file.hpp"

#include <unistd.h>

#include "autograd/rng.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Catch::Matchers::Contains;
using namespace std::string_literals;

namespace {

// Packs a file; the path of what comes of it.
std::string pack(const std::string& path) {
  REQUIRE(std::system(("gzip -kf " + path).c_str()) == 0);
  return path + ".gz";
}

}  // namespace

TEST_CASE("files are read one after the other") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a.txt", "one\r\n"), b = folder.write("b.txt", "zw\xC3\xB6lf");
  CHECK(read_text({a, b}) == "one\r\nzw\xC3\xB6lf");
  CHECK(read_text({b, a, b}) == "zw\xC3\xB6lfone\r\nzw\xC3\xB6lf");
  const std::string large(1'000'003, 'x');
  CHECK(read_text({folder.write("large.txt", large)}) == large);
}

TEST_CASE("a byte order mark is dropped from characters and kept in bytes") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a.txt", "\xEF\xBB\xBFone");
  CHECK(read_text({a, a}) == "oneone");
  CHECK(read_text({a}, true) == "\xEF\xBB\xBFone");
  const std::string mark = folder.write("mark.txt", "\xEF\xBB\xBF");
  CHECK(message_of([&] { read_text({mark}); }) ==
        "[text] " + mark + ": the file is empty; give a file with text in it");
}

TEST_CASE("a file that cannot be read is named, with what to do") {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.txt", "good"), empty = folder.write("empty.txt", "");
  const std::string missing = folder.path("missing.txt"), closed = folder.write("closed.txt", "text");
  const auto says = [&](const std::string& path, const std::string& reason) {
    CHECK(message_of([&] { read_text({good, path}); }) == "[text] " + path + ": " + reason);
  };
  says(missing, "cannot be read: No such file or directory; check the path");
  says(folder.path(""), "cannot be read: Is a directory; give the files in it instead");
  says(empty, "the file is empty; give a file with text in it");
  CHECK(message_of([] { read_text({}); }) == "[text] no file is given; name one or more text files");
  std::filesystem::permissions(closed, std::filesystem::perms::none);
  if (geteuid() != 0) says(closed, "cannot be read: Permission denied; ask for permission to read it");
  if (std::filesystem::exists("/proc/self/mem"))  // opens, but its first page cannot be read
    says("/proc/self/mem", "cannot be read: Input/output error; give a file that can be read");
}

TEST_CASE("binary and wrongly encoded files are refused with the byte's offset, except as bytes") {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.txt", "good");
  const auto says = [&](const std::string& content, const std::string& reason) {
    const std::string path = folder.write("bad.txt", content);
    CHECK(message_of([&] { read_text({good, path}); }) == "[text] " + path + ": " + reason);
    CHECK(read_text({good, path}, true) == "good" + content);
  };
  const std::string convert = "; convert it to UTF-8 (iconv), or read bytes with --bytes";
  says("caf\xE9 noir", "not valid UTF-8 at byte offset 3 (0xE9)" + convert);
  says("\xC3\xA9\xC3", "not valid UTF-8 at byte offset 2 (0xC3)" + convert);       // cut off
  says("ab\xC0\x80", "not valid UTF-8 at byte offset 2 (0xC0)" + convert);         // overlong
  says("\xED\xA0\x80", "not valid UTF-8 at byte offset 0 (0xED)" + convert);       // surrogate
  says("a\xF4\x90\x80\x80", "not valid UTF-8 at byte offset 1 (0xF4)" + convert);  // above U+10FFFF
  says("PK\x03\x04\0\xFF"s,
       "a NUL byte at byte offset 4, so this looks like a binary file; give a text, or read bytes with "
       "--bytes");
  says("\xFF\xFEh\0i\0"s, "this is UTF-16; convert it (iconv -f UTF-16 -t UTF-8), or read bytes with --bytes");
}

TEST_CASE("a file's bytes come as they are, none included") {
  const TemporaryFolder folder;
  CHECK(read_file(folder.write("a", "\xEF\xBB\xBF\0\xFF"s)) == "\xEF\xBB\xBF\0\xFF"s);
  CHECK(read_file(folder.write("b", "")).empty());
}

TEST_CASE("lines come without their ends and without a byte order mark") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.txt", "\xEF\xBB\xBFone\r\n\ntw\ro\n\xFF");
  TextLines lines(path);
  std::string line;
  std::vector<std::string> all;
  while (lines.next(line)) all.push_back(line);
  CHECK(all == std::vector<std::string>{"one", "", "tw\ro", "\xFF"});
  CHECK(lines.number() == 4);
  CHECK(lines.place() == path + ": line 4");
  CHECK_FALSE(lines.next(line));
}

TEST_CASE("lines of a stream come as those of a file, as soon as they are there") {
  std::stringstream stream;
  TextLines lines(stream, "standard input");
  std::string line;
  stream << "\xEF\xBB\xBFone\r\ntwo\n";
  REQUIRE(lines.next(line));
  CHECK(line == "one");
  stream << "\xFF";
  REQUIRE(lines.next(line, Encoding::utf8));
  CHECK(line == "two");
  CHECK(message_of([&] { lines.next(line, Encoding::utf8, "send it anew"); }) ==
        "[text] standard input: line 3: not valid UTF-8 at byte offset 0 (0xFF); convert it to UTF-8 (iconv), or send "
        "it anew");
  CHECK_FALSE(lines.next(line));
  std::istringstream empty;
  CHECK_FALSE(TextLines(empty, "standard input").next(line));
}

TEST_CASE("lines of a file may be handed on") {
  const TemporaryFolder folder;
  TextLines lines(folder.write("a.txt", "one\ntwo\n"));
  std::string line;
  REQUIRE(lines.next(line));
  TextLines rest = std::move(lines);
  REQUIRE(rest.next(line));
  CHECK(line == "two");
  CHECK(rest.number() == 2);
}

TEST_CASE("lines of a file that cannot be read") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& path, const std::string& reason) {
    CHECK(message_of([&] { TextLines lines(path); }) == "[text] " + path + ": " + reason);
  };
  says(folder.path("missing"), "cannot be read: No such file or directory; check the path");
  says(folder.path(""), "cannot be read: Is a directory; give the files in it instead");
  says(folder.write("empty", ""), "the file is empty; give a file with text in it");
}

TEST_CASE("lines of a packed file are those of the file") {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * i) + "\n";
  const std::string plain = folder.write("a", text), packed = pack(folder.write("b", text));
  TextLines a(plain), b(packed);
  std::string line, other;
  while (a.next(line)) REQUIRE((b.next(other) && line == other));
  CHECK_FALSE(b.next(other));
  CHECK(b.place() == packed + ": line 20000");
  TextLines twice(folder.write("twice.gz", content(packed) + content(packed)));  // as `cat` joins them
  while (twice.next(line))
    ;
  CHECK(twice.number() == 40'000);
}

TEST_CASE("a packed file that is cut off, damaged or empty") {
  const TemporaryFolder folder;
  std::string text, line;
  Rng rng(1);
  for (int i = 0; i < 20'000; ++i) text += std::to_string(rng.bits()) + "\n";
  const std::string whole = content(pack(folder.write("whole", text)));
  const std::string changed = whole.substr(0, 1000) + std::string(1000, 'x') + whole.substr(2000);
  for (const std::string& bytes : {whole.substr(0, whole.size() - 1), whole.substr(0, whole.size() - 9),
                                   whole.substr(0, whole.size() / 2), whole.substr(0, 60), changed}) {
    const std::string bad = folder.write("bad.gz", bytes);
    std::size_t read = 0;
    const std::string reason = message_of([&] {
      for (TextLines lines(bad); lines.next(line);) read = lines.number();
    });
    CHECK(read < 20'000);
    if (read == 0)
      CHECK(reason == "[text] " + bad + ": is damaged or cut off; fetch it anew");
    else
      CHECK(reason == "[text] " + bad + ": cannot be read after line " + std::to_string(read) +
                          ": it is damaged or cut off; give it anew");
  }
  for (const std::string& bytes : {std::string("one\n"), whole.substr(0, 11), whole.substr(0, 3)}) {
    const std::string other = folder.write("other.gz", bytes);
    CHECK(message_of([&] { TextLines lines(other); }) ==
          "[text] " + other + ": this is no gzip file, or cut off; take .gz off its name, or fetch it anew");
  }
  const std::string nothing = pack(folder.write("nothing", ""));
  CHECK(message_of([&] { TextLines lines(nothing); }) ==
        "[text] " + nothing + ": the file is empty; give a file with text in it");
}
