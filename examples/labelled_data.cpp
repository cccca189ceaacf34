#include "examples/labelled_data.hpp"

#include <filesystem>
#include <string_view>

#include "datasets/imdb.hpp"
#include "datasets/labelled_text.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

bool is_imdb(const std::string& path) {
  if (std::filesystem::is_directory(path)) return true;
  for (const std::string_view end : {".tar.gz", ".tgz", ".tar"})
    if (path.ends_with(end)) return true;
  return false;
}

}  // namespace

void LabelledDataFlags::add_to(CLI::App& verb) {
  verb.add_option("--data", files,
                  "aclImdb (the folder or its .tar.gz), a table (.csv; any other has tabs), or one file a class; "
                  "without: embedded reviews")
      ->take_all();
  verb.add_option("--text", text, "Column of the texts in a table: its name, or its number from 1")
      ->capture_default_str();
  verb.add_option("--label", label, "Column of the labels")->capture_default_str();
  verb.add_flag("--no-header", no_header, "The table's first row is an example");
  verb.add_flag("--latin1", latin1, "The files are ISO 8859-1, not UTF-8");
}

bool LabelledDataFlags::has_parts() const { return embedded() || (files.size() == 1 && is_imdb(files[0])); }

datasets::LabelledTexts LabelledDataFlags::read(const std::string& part) const {
  const auto encoding = latin1 ? datasets::Encoding::latin1 : datasets::Encoding::utf8;
  if (files.size() > 1) return datasets::read_class_files(files, encoding);
  const std::string& file = files.at(0);
  if (has_parts()) return datasets::read_imdb(file, part);
  const bool comma = file.ends_with(".csv");
  return datasets::read_table(file, {text, label, !no_header},
                              {.delimiter = comma ? ',' : '\t', .quotes = comma, .encoding = encoding});
}

}  // namespace rw::inline REWIND_ABI::examples
