#include "datasets/columns.hpp"

#include <algorithm>

namespace rw::inline REWIND_ABI::datasets {

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
