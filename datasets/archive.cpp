#include "datasets/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "datasets/text_file.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

namespace fs = std::filesystem;
using Wanted = std::function<bool(const std::string&)>;
using Read = std::function<void(const std::string&, const std::string&)>;

std::vector<std::string> names_in(const fs::path& folder, const Wanted& wanted) try {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (std::string name = entry.path().lexically_relative(folder).generic_string();
        entry.is_regular_file() && wanted(name))
      names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  return names;
} catch (const fs::filesystem_error& error) {
  fail("archive", fmt::format("{}: cannot be read: {}; ask for permission to read it", error.path1().string(),
                              error.code().message()));
}

class Tar {
 public:
  explicit Tar(const std::string& path) : path_(path), archive_(archive_read_new(), archive_read_free) {
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_format_tar(archive_.get());
    if (archive_read_open_filename(archive_.get(), path.c_str(), block_bytes) != ARCHIVE_OK) fail_damaged();
  }

  void for_each_file(const Wanted& wanted, const Read& read) {
    while (next()) {
      if (wanted(name_)) read(name_, content());
      if (archive_read_data_skip(archive_.get()) < ARCHIVE_WARN) fail_damaged();
      whole_ = name_;
    }
  }

 private:
  static constexpr std::size_t block_bytes = 1 << 16;

  // Steps to the next regular file; false after the last.
  bool next() {
    archive_entry* entry = nullptr;
    do {
      const int status = archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) return check_end(), false;
      if (status < ARCHIVE_WARN) fail_damaged();  // warnings are about dates and owners
    } while (archive_entry_filetype(entry) != AE_IFREG);
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    name_ = fs::path(name == nullptr ? "" : name).lexically_normal().generic_string();
    return true;
  }

  // To libarchive a tar may end where a file does. It is whole if two blocks of zeros end it.
  void check_end() const {
    constexpr la_int64_t mark_bytes = 2 * 512;
    if (archive_filter_bytes(archive_.get(), 0) - archive_read_header_position(archive_.get()) < mark_bytes)
      fail_damaged("is cut off");
  }

  std::string content() {
    std::string content;
    std::array<char, block_bytes> block;
    while (const la_ssize_t n = archive_read_data(archive_.get(), block.data(), block.size())) {
      if (n < 0) fail_damaged();
      content.append(block.data(), static_cast<std::size_t>(n));
    }
    return content;
  }

  [[noreturn]] void fail_damaged() const {
    const char* reason = archive_error_string(archive_.get());
    fail_damaged(reason == nullptr ? "cannot be read" : reason);
  }
  [[noreturn]] void fail_damaged(const char* reason) const {
    fail("archive", fmt::format("{}: {} {}; give a folder, or a .tar or .tar.gz that is whole", path_, reason,
                                whole_.empty() ? "before any file" : "after " + whole_));
  }

  std::string path_, name_, whole_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
};

}  // namespace

void for_each_file(const std::string& path, const Wanted& wanted, const Read& read) {
  if (std::error_code none; fs::is_directory(path, none)) {
    for (const std::string& name : names_in(path, wanted)) read(name, read_file((fs::path(path) / name).string()));
    return;
  }
  if (std::error_code none; !fs::exists(path, none))
    fail("archive", path + ": there is no such file or folder; check the path");
  Tar(path).for_each_file(wanted, read);
}

}  // namespace rw::inline REWIND_ABI::datasets
