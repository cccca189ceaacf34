// Text files, read whole or line by line.
#pragma once

#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// The contents of all files, one after the other, as `cat` does. Unless `bytes`, each file must be UTF-8 (see
// check_utf8); a byte order mark at its beginning is dropped.
// Throws Error with the file's name: missing, a directory, unreadable, empty, binary, wrongly encoded.
std::string read_text(const std::vector<std::string>& paths, bool bytes = false);

// The bytes of one file, maybe none. Throws Error if it is missing, a directory or unreadable.
std::string read_file(const std::string& path);

enum class Encoding { utf8, latin1 };  // latin1: ISO 8859-1

// The lines of a file or stream of any size, one after the other, without "\n" or "\r\n"; a byte order mark at its
// beginning is dropped. A file whose name ends with .gz is unpacked while it is read.
class TextLines {
 public:
  explicit TextLines(const std::string& path);    // throws Error as read_file does, and if the file is empty
  TextLines(std::istream& in, std::string name);  // must outlive the lines; begins messages: "standard input"

  // The bytes of the next line; false after the last. Throws Error if the file or stream breaks.
  bool next(std::string& line);
  // It as UTF-8. Throws Error with file, line and byte if it is no text, see check_utf8.
  bool next(std::string& line, Encoding encoding, const char* instead = "read it as Latin-1");

  const std::string& name() const { return name_; }
  std::size_t number() const { return number_; }  // of the line that next() gave, from 1
  std::string place() const;                      // "reviews.tsv: line 3", for messages

 private:
  std::string name_;
  std::unique_ptr<std::istream> file_;  // or none, of a stream
  std::istream& in_;
  std::size_t number_ = 0;
};

}  // namespace rw::inline REWIND_ABI::datasets
