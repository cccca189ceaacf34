#include "datasets/labelled_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>
#include <utility>

namespace rw::inline REWIND_ABI::datasets {
namespace {

Index index_of(const std::vector<std::string>& sorted, const std::string& name) {
  return static_cast<Index>(std::lower_bound(sorted.begin(), sorted.end(), name) - sorted.begin());
}

// The number that `name` is, from 1, or 0.
std::size_t number_of(const std::string& name) {
  std::size_t number = 0;
  const char* end = name.data() + name.size();
  return std::from_chars(name.data(), end, number).ptr == end ? number : 0;
}

// Where the column `name` stands in a table with this first row.
std::size_t find_column(const std::string& name, const Row& first, bool header) {
  const std::vector<std::string>& names = first.fields;
  if (header)
    if (const auto it = std::find(names.begin(), names.end(), name); it != names.end())
      return static_cast<std::size_t>(it - names.begin());
  if (const std::size_t number = number_of(name); number >= 1 && number <= names.size()) return number - 1;
  const std::string known = header ? fmt::format("the header has {}", fmt::join(names, ", ")) : "there is no header";
  fail("table", fmt::format("{}: no column '{}'; {}; give a {}number from 1 to {}", first.place, name, known,
                            header ? "name of it or a " : "", names.size()));
}

bool distinct(const std::vector<std::string>& names) {
  return std::set<std::string>(names.begin(), names.end()).size() == names.size();
}

std::vector<std::string> classes_of(const std::vector<std::string>& paths) {
  std::vector<std::string> stems, extensions;
  for (const std::string& name : paths) {
    const std::filesystem::path path(name);
    stems.push_back(path.stem().string());
    extensions.push_back(path.has_extension() ? path.extension().string().substr(1) : stems.back());
  }
  if (distinct(stems)) return stems;
  if (!distinct(extensions))
    fail("classes",
         fmt::format("two of the files {} name the same class; give one file a class", fmt::join(paths, ", ")));
  return extensions;
}

}  // namespace

LabelledTexts read_table(const std::string& path, const LabelledColumns& columns, const TableFormat& format) {
  std::vector<std::pair<std::string, std::string>> rows;  // text, label
  std::set<std::string> classes;
  std::size_t text = 0, label = 0;
  bool first = true;
  for_each_row(path, format, [&](Row& row) {
    if (std::exchange(first, false)) {
      text = find_column(columns.text, row, columns.header), label = find_column(columns.label, row, columns.header);
      if (text == label)
        fail("table", fmt::format("{}: text and label are both column {}; name two columns", row.place, text + 1));
      if (columns.header) return;
    }
    std::string& name = row.fields[label];
    if (name.empty()) fail("table", row.place + ": the label is empty; give every example one");
    classes.insert(name);
    rows.emplace_back(std::move(row.fields[text]), std::move(name));
  });
  if (rows.empty()) fail("table", path + ": no example; expected rows with a text and a label");
  LabelledTexts texts;
  texts.classes.assign(classes.begin(), classes.end());
  for (auto& [content, name] : rows) texts.examples.push_back({std::move(content), index_of(texts.classes, name)});
  return texts;
}

LabelledTexts read_class_files(const std::vector<std::string>& paths, Encoding encoding) {
  if (paths.empty()) fail("classes", "no file is given; name one file a class");
  const std::vector<std::string> names = classes_of(paths);
  LabelledTexts texts;
  texts.classes = names;
  std::sort(texts.classes.begin(), texts.classes.end());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    TextLines lines(paths[i]);
    const std::size_t before = texts.examples.size();
    for (std::string line; lines.next(line, encoding);)
      if (!line.empty()) texts.examples.push_back({line, index_of(texts.classes, names[i])});
    if (texts.examples.size() == before) fail("classes", paths[i] + ": no example; expected one a line");
  }
  return texts;
}

LabelledTexts with_classes(LabelledTexts texts, const std::vector<std::string>& classes) {
  std::vector<Index> indices;  // of the class, or -1
  for (const std::string& name : texts.classes) {
    const auto it = std::find(classes.begin(), classes.end(), name);
    indices.push_back(it == classes.end() ? -1 : static_cast<Index>(it - classes.begin()));
  }
  for (LabelledText& example : texts.examples) {
    const std::string& name = texts.classes[static_cast<std::size_t>(example.label)];
    example.label = indices[static_cast<std::size_t>(example.label)];
    if (example.label < 0)
      fail("classes", fmt::format("'{}' is not a class of the model, which knows {}", name, fmt::join(classes, ", ")));
  }
  texts.classes = classes;
  return texts;
}

}  // namespace rw::inline REWIND_ABI::datasets
