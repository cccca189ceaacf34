// Labelled texts from tables and from lines. An empty label is an error; an empty text in a table is none.
#pragma once

#include <string>
#include <vector>

#include "datasets/examples.hpp"
#include "datasets/table.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct LabelledColumns {
  std::string text = "text", label = "label";  // each a name in the header, or a number from 1
  bool header = true;                          // the first row names the columns
};

// One example a row of a CSV or TSV file. Throws Error as for_each_row does, for a column that the file does not have,
// and for a file without examples.
LabelledTexts read_table(const std::string& path, const LabelledColumns& columns = {}, const TableFormat& format = {});

// One file a class, one example a line that is not empty. The class is the file's name without its extension, or the
// extension if that alone differs: rt-polarity.neg and rt-polarity.pos have neg and pos.
// Throws Error as TextLines does, if two files would be the same class, and for a file without examples.
LabelledTexts read_class_files(const std::vector<std::string>& paths, Encoding encoding = Encoding::utf8);

// The same examples, numbered by the classes of a model. Throws Error if one has none of these.
LabelledTexts with_classes(LabelledTexts texts, const std::vector<std::string>& classes);

}  // namespace rw::inline REWIND_ABI::datasets
