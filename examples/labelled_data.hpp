// Labelled texts as a command line names them: --data and what belongs to it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::examples {

struct LabelledDataFlags {
  std::vector<std::string> files;  // none: the embedded reviews
  std::string text = "text", label = "label";
  bool no_header = false, latin1 = false;

  void add_to(CLI::App& verb);

  bool embedded() const { return files.empty(); }
  bool has_parts() const;  // to train on and to test
  // The texts of the files. What they are follows from their names: several are one a class; a folder or .tar.gz is
  // IMDB's, of which `part` is read; .csv has commas and quotes, any other tabs. Throws as the readers do.
  datasets::LabelledTexts read(const std::string& part) const;
};

}  // namespace rw::inline REWIND_ABI::examples
