#include "datasets/gzip.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <streambuf>

namespace rw::inline REWIND_ABI::datasets {
namespace {

class GzipBuffer : public std::streambuf {
 public:
  explicit GzipBuffer(const std::string& path) : path_(path), archive_(archive_read_new(), archive_read_free) {
    archive_read_support_filter_gzip(archive_.get());
    archive_read_support_format_raw(archive_.get());
    archive_read_support_format_empty(archive_.get());
    archive_entry* entry = nullptr;
    check(archive_read_open_filename(archive_.get(), path.c_str(), sizeof(block_)));
    ended_ = check(archive_read_next_header(archive_.get(), &entry)) == ARCHIVE_EOF;
    if (archive_filter_code(archive_.get(), 0) != ARCHIVE_FILTER_GZIP)  // read as it is
      fail("text", path_ + ": this is no gzip file, or cut off; take .gz off its name, or fetch it anew");
  }

 private:
  // Throws from within a stream, which makes that bad.
  int_type underflow() override {
    const la_ssize_t n = ended_ ? 0 : check(archive_read_data(archive_.get(), block_.data(), block_.size()));
    setg(block_.data(), block_.data(), block_.data() + n);
    return n == 0 ? traits_type::eof() : traits_type::to_int_type(block_[0]);
  }

  la_ssize_t check(la_ssize_t status) const {
    if (status < 0) fail("text", path_ + ": is damaged or cut off; fetch it anew");
    return status;
  }

  std::string path_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  std::array<char, 1 << 16> block_;
  bool ended_ = false;
};

class GzipStream : public std::istream {
 public:
  explicit GzipStream(const std::string& path) : std::istream(nullptr), buffer_(path) { rdbuf(&buffer_); }

 private:
  GzipBuffer buffer_;
};

}  // namespace

std::unique_ptr<std::istream> open_gzip(const std::string& path) { return std::make_unique<GzipStream>(path); }

}  // namespace rw::inline REWIND_ABI::datasets
