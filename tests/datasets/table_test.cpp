#include "datasets/table.hpp"

#include <random>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using namespace std::string_literals;

namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Table {
  Rows rows;
  std::vector<std::string> places;
};

Table read(const std::string& path, const TableFormat& format = {}) {
  Table table;
  for_each_row(path, format, [&](Row& row) {
    table.rows.push_back(std::move(row.fields));
    table.places.push_back(std::move(row.place));
  });
  return table;
}

const std::string double_it = "; double a quote that belongs to a quoted field, or read the file without quotes";

}  // namespace

TEST_CASE("fields are quoted as RFC 4180 has it") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", "a,\"b,c\",\"d \"\"e\"\"\"\n , x ,\"\"\n,,\n");
  CHECK(read(path).rows == Rows{{"a", "b,c", "d \"e\""}, {" ", " x ", ""}, {"", "", ""}});
}

TEST_CASE("what is written as RFC 4180 has it is read back") {
  const TemporaryFolder folder;
  std::mt19937 random(5);
  const std::string alphabet = "ab \",\n\t;";
  for (int trial = 0; trial < 200; ++trial) {
    Rows rows(1 + random() % 4);
    std::string csv;
    for (auto& fields : rows)
      for (int column = 0; column < 3; ++column) {
        std::string field, written;
        for (std::size_t i = random() % 6; i > 0; --i) field += alphabet[random() % alphabet.size()];
        for (char c : field) written += c == '"' ? "\"\"" : std::string(1, c);
        if (field.find_first_of("\",\n") != field.npos || random() % 2) written = '"' + written + '"';
        csv += written + (column < 2 ? "," : trial % 2 ? "\n" : "\r\n");
        fields.push_back(field);
      }
    REQUIRE(read(folder.write("a.csv", csv)).rows == rows);
  }
}

TEST_CASE("a row may go over lines; places count lines, not rows") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", "\n1,\"two\r\n\r\nlines\"\n\n2,one\r\n\"3\",last");
  const Table table = read(path);
  CHECK(table.rows == Rows{{"1", "two\n\nlines"}, {"2", "one"}, {"3", "last"}});
  CHECK(table.places == std::vector<std::string>{path + ": line 2", path + ": line 6", path + ": line 7"});
}

TEST_CASE("tabs delimit, and without quotes a quote is a character") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.tsv", "\"Wow\"\tsaid, he\n5\" disc\t\"\n");
  CHECK(read(path, {'\t', false}).rows == Rows{{"\"Wow\"", "said, he"}, {"5\" disc", "\""}});
}

TEST_CASE("a byte order mark, CRLF and a last line without an end do not matter") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", "\xEF\xBB\xBF\"a\",b\r\nc\rd,e");
  CHECK(read(path).rows == Rows{{"a", "b"}, {"c\rd", "e"}});
  CHECK(read(folder.write("mark.csv", "\xEF\xBB\xBF")).rows.empty());
}

TEST_CASE("Latin-1 is converted, and anything else is refused with file, line and byte") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", "a,b\ncaf\xE9,\xFF\n");
  CHECK(read(path, {',', true, Encoding::latin1}).rows == Rows{{"a", "b"}, {"caf\xC3\xA9", "\xC3\xBF"}});
  CHECK(message_of([&] { read(path); }) ==
        "[text] " + path +
            ": line 2: not valid UTF-8 at byte offset 3 (0xE9); convert it to UTF-8 (iconv), or read it as "
            "Latin-1");
  const std::string binary = folder.write("b.csv", "a,b\n1,\0\n"s);
  CHECK(message_of([&] {
          read(binary, {',', true, Encoding::latin1});
        }) == "[text] " + binary +
                  ": line 2: a NUL byte at byte offset 2, so this looks like a binary file; give a text, or "
                  "check the path");
}

TEST_CASE("ragged rows and unmatched quotes are named by file and line") {
  const TemporaryFolder folder;
  const auto says = [&](const std::string& content, const std::string& reason) {
    const std::string path = folder.write("a.csv", content);
    CHECK(message_of([&] { read(path); }) == "[table] " + path + ": " + reason);
  };
  says("a,b\n1,2\n\n3\n", "line 4: expected 2 fields, as in the first row, got 1; check the delimiter and the quotes");
  says("a,b\n1,2,3\n", "line 2: expected 2 fields, as in the first row, got 3; check the delimiter and the quotes");
  const std::string stray = "a quote in a field that does not begin with one, or text behind a closing quote";
  says("a,b\n5\" disc,2\n", "line 2: " + stray + double_it);
  says("a,b\n\"1\"x,2\n", "line 2: " + stray + double_it);
  says("a,b\n1,\"two\nthree\nfour", "line 2: a quoted field begins in this row and never ends" + double_it);
}
