#include "examples/part_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

[[noreturn]] void fail_on(const std::string& path, const char* what) {
  fail("fetch", fmt::format("{}: cannot {}: {}", path, what, std::strerror(errno)));
}

Descriptor lock_folder(const std::string& target) {
  const std::string folder = std::filesystem::path(target).parent_path().string();
  nn::make_directories(folder);
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0) fail_on(folder, "open");
  // File systems that know no locks say so by another error: then there is none.
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    fail("fetch", folder + ": another process fetches into this folder: wait for it, or choose another --to");
  return descriptor;
}

Descriptor open_to_append(const std::string& path) {
  Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (descriptor.get() < 0) fail_on(path, "write");
  return descriptor;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

PartFile::PartFile(std::string target)
    : target_(std::move(target)),
      path_(target_ + ".part"),
      tag_path_(path_ + ".tag"),
      folder_(lock_folder(target_)),
      file_(open_to_append(path_)) {
  struct stat status;
  if (::fstat(file_.get(), &status) != 0) fail_on(path_, "read");
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (size_ > 0 && std::filesystem::exists(tag_path_)) tag_ = nn::read_file(tag_path_);
}

PartFile::~PartFile() {
  if (size_ > 0) return;
  ::unlink(path_.c_str());
  ::unlink(tag_path_.c_str());
}

// Empty before it is of another version: bytes of two versions never stand under one tag.
void PartFile::restart(const std::string& tag) {
  if (::ftruncate(file_.get(), 0) != 0) fail_on(path_, "write");
  size_ = 0;
  ::unlink(tag_path_.c_str());
  if (!tag.empty()) nn::write_file(tag_path_, tag);
  tag_ = tag;
}

void PartFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail_on(path_, "write");
    if (written <= 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void PartFile::become_target() {
  if (::fsync(file_.get()) != 0) fail_on(path_, "write");
  nn::rename_synced(path_, target_);
  ::unlink(tag_path_.c_str());
}

}  // namespace rw::inline REWIND_ABI::examples
