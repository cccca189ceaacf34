#include "datasets/table.hpp"

#include <csv.h>
#include <fmt/format.h>

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr const char* advice = "double a quote that belongs to a quoted field, or read the file without quotes";

// libcsv's parser, fed line by line.
class Parser {
 public:
  explicit Parser(const TableFormat& format) {
    csv_init(&parser_, CSV_STRICT);
    csv_set_delim(&parser_, static_cast<unsigned char>(format.delimiter));
    csv_set_quote(&parser_, format.quotes ? '"' : '\0');  // a text has no NUL
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });
    csv_set_term_func(&parser_, [](unsigned char c) { return c == '\n' ? 1 : 0; });
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // True if the row ends with this line, which ends with "\n".
  bool push(const std::string& line, Row& row) {
    Sink sink{&row, false};
    if (csv_parse(&parser_, line.data(), line.size(), add_field, end_row, &sink) != line.size())
      fail("table",
           fmt::format("{}: a quote in a field that does not begin with one, or text behind a closing quote; {}",
                       row.place, advice));
    return sink.ended;
  }

 private:
  struct Sink {
    Row* row;
    bool ended;
  };
  static void add_field(void* bytes, std::size_t n, void* sink) {
    static_cast<Sink*>(sink)->row->fields.emplace_back(static_cast<const char*>(bytes), n);
  }
  static void end_row(int, void* sink) { static_cast<Sink*>(sink)->ended = true; }

  csv_parser parser_;
};

}  // namespace

void for_each_row(const std::string& path, const TableFormat& format, const std::function<void(Row& row)>& f) {
  TextLines lines(path);
  Parser parser(format);
  Row row;
  std::size_t columns = 0;
  bool within = false;  // a row that goes on, in quotes
  for (std::string line; lines.next(line, format.encoding);) {
    if (!within) {
      if (line.empty()) continue;
      row = {{}, lines.place()};
    }
    within = !parser.push(line + '\n', row);
    if (within) continue;
    if (columns == 0) columns = row.fields.size();
    if (row.fields.size() != columns)
      fail("table",
           fmt::format("{}: expected {} fields, as in the first row, got {}; check the delimiter and the quotes",
                       row.place, columns, row.fields.size()));
    f(row);
  }
  if (within) fail("table", fmt::format("{}: a quoted field begins in this row and never ends; {}", row.place, advice));
}

}  // namespace rw::inline REWIND_ABI::datasets
