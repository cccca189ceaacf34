// Tables of text: CSV, TSV.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "datasets/text_file.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct TableFormat {
  char delimiter = ',';
  bool quotes = true;  // as RFC 4180 has them; without, a quote is a character like any other
  Encoding encoding = Encoding::utf8;
};

struct Row {
  std::vector<std::string> fields;  // UTF-8
  std::string place;                // "reviews.csv: line 3", its first line
};

// Calls f for each row that is not empty; all have as many fields as the first. Spaces belong to the fields; a line
// break in quotes is "\n". Throws Error as TextLines does; with file and line, for another number of fields and
// for quotes that do not match.
void for_each_row(const std::string& path, const TableFormat& format, const std::function<void(Row& row)>& f);

}  // namespace rw::inline REWIND_ABI::datasets
