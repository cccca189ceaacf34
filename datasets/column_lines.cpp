#include "datasets/column_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {

bool ColumnLines::next(std::string& line) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  const bool found = static_cast<bool>(std::getline(in_, line));
  if (in_.bad()) fail("text", fmt::format("{}: cannot be read after line {}; give it anew", name_, number_));
  if (!found) return false;
  if (++number_ == 1 && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
  if (line.ends_with('\r')) line.pop_back();
  check_utf8(line, fmt::format("{}: line {}", name_, number_), "fetch the file again");
  return true;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == line.npos; }

std::vector<std::string_view> split_at_tabs(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::size_t tab; (tab = line.find('\t')) != line.npos; line.remove_prefix(tab + 1))
    columns.push_back(line.substr(0, tab));
  columns.push_back(line);
  return columns;
}

std::vector<std::string_view> split_at_spaces(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(' ', begin)) != line.npos;) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    columns.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return columns;
}

}  // namespace rw::inline REWIND_ABI::datasets
