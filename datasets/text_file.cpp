#include "datasets/text_file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

[[noreturn]] void fail_to_read(const std::string& path, int error) {
  const char* advice = error == ENOENT   ? "check the path"
                       : error == EISDIR ? "give the files in it instead"
                       : error == EACCES ? "ask for permission to read it"
                                         : "give a file that can be read";
  fail("text", path + ": cannot be read: " + std::strerror(error) + "; " + advice);
}

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

}  // namespace

std::string read_text(const std::vector<std::string>& paths, bool bytes) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (paths.empty()) fail("text", "no file is given; name one or more text files");
  std::string text;
  for (const std::string& path : paths) {
    std::string content = read_file(path);
    if (!bytes) {
      check_utf8(content, path);
      if (content.starts_with(byte_order_mark)) content.erase(0, byte_order_mark.size());
    }
    if (content.empty()) fail("text", path + ": the file is empty; give a file with text in it");
    text += content;
  }
  return text;
}

}  // namespace rw::inline REWIND_ABI::datasets
