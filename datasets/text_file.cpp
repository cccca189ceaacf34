#include "datasets/text_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

#include "datasets/gzip.hpp"
#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

[[noreturn]] void fail_to_read(const std::string& path, int error) {
  const char* advice = error == ENOENT   ? "check the path"
                       : error == EISDIR ? "give the files in it instead"
                       : error == EACCES ? "ask for permission to read it"
                                         : "give a file that can be read";
  fail("text", path + ": cannot be read: " + std::strerror(error) + "; " + advice);
}

void drop_mark(std::string& text) {
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
}

[[noreturn]] void fail_empty(const std::string& path) {
  fail("text", path + ": the file is empty; give a file with text in it");
}

// A file that has at least one byte, a .gz unpacked.
std::unique_ptr<std::istream> open_text(const std::string& path) {
  std::unique_ptr<std::istream> file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) fail_to_read(path, errno);
  bool empty = file->peek() == std::istream::traits_type::eof();
  if (file->bad()) fail_to_read(path, errno);  // a directory opens, but has no bytes
  if (!empty && path.ends_with(".gz")) {
    file = open_gzip(path);
    empty = file->peek() == std::istream::traits_type::eof() && !file->bad();
  }
  if (empty) fail_empty(path);
  return file;
}

}  // namespace

// Works for pipes as well, whose size is not known beforehand.
std::string read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (file == nullptr) fail_to_read(path, errno);
  std::string content;
  std::array<char, 1 << 16> block;
  while (const std::size_t n = std::fread(block.data(), 1, block.size(), file.get())) content.append(block.data(), n);
  if (std::ferror(file.get())) fail_to_read(path, errno);
  return content;
}

std::string read_text(const std::vector<std::string>& paths, bool bytes) {
  if (paths.empty()) fail("text", "no file is given; name one or more text files");
  std::string text;
  for (const std::string& path : paths) {
    std::string content = read_file(path);
    if (!bytes) {
      check_utf8(content, path);
      drop_mark(content);
    }
    if (content.empty()) fail_empty(path);
    text += content;
  }
  return text;
}

TextLines::TextLines(const std::string& path) : name_(path), file_(open_text(path)), in_(*file_) {}

TextLines::TextLines(std::istream& in, std::string name) : name_(std::move(name)), in_(in) {}

bool TextLines::next(std::string& line) {
  const bool found = static_cast<bool>(std::getline(in_, line));
  if (in_.bad()) {
    const char* why = name_.ends_with(".gz") ? ": it is damaged or cut off" : "";
    fail("text", fmt::format("{}: cannot be read after line {}{}; give it anew", name_, number_, why));
  }
  if (!found) return false;
  if (++number_ == 1) drop_mark(line);
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

bool TextLines::next(std::string& line, Encoding encoding, const char* instead) {
  if (!next(line)) return false;
  if (encoding == Encoding::utf8) {
    check_utf8(line, place(), instead);
  } else {
    check_no_nul(line, place(), "check the path");
    line = latin1_to_utf8(line);
  }
  return true;
}

std::string TextLines::place() const { return fmt::format("{}: line {}", name_, number_); }

}  // namespace rw::inline REWIND_ABI::datasets
