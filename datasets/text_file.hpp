// Text files, read whole or line by line.
#pragma once

#include <fstream>
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

// The lines of a file of any size, one after the other, without "\n" or "\r\n"; a byte order mark at its beginning is
// dropped. Throws Error as read_file does, and if the file is empty.
class TextLines {
 public:
  explicit TextLines(std::string path);

  bool next(std::string& line);                     // its bytes; false after the last
  bool next(std::string& line, Encoding encoding);  // as UTF-8; throws Error with file, line and byte if it is no text

  std::size_t number() const { return number_; }  // of the line that next() gave, from 1
  std::string place() const;                      // "reviews.tsv: line 3", for messages

 private:
  void check_readable();

  std::string path_;
  std::ifstream file_;
  std::size_t number_ = 0;
};

}  // namespace rw::inline REWIND_ABI::datasets
