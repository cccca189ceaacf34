#include "nn/train/files.hpp"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <regex>
#include <utility>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

[[noreturn]] void fail_on(const std::string& path, const char* what, int error) {
  fail("file", fmt::format("{}: cannot {}: {}", path, what, std::strerror(error)));
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int close() { return fd_ < 0 ? 0 : ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

// 0, or the errno of what failed.
int write_all(const std::string& path, int flags, std::string_view bytes) {
  Descriptor file(path, O_WRONLY | O_CREAT | flags);
  if (file.get() < 0) return errno;
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0 || file.close() != 0) return errno;
  return 0;
}

// A file beside the one that it is to become, under a name that nobody else has, and gone at the end if it is still
// there.
struct Temporary {
  std::string path;

  Temporary(const std::string& target, std::string_view bytes, const std::string& named) {
    static std::atomic<unsigned> next = 0;
    int error = EEXIST;
    while (error == EEXIST) {
      path = fmt::format("{}.{}-{}.tmp", target, ::getpid(), next++);
      error = write_all(path, O_EXCL, bytes);
    }
    if (error == 0) return;
    ::unlink(path.c_str());
    fail_on(named, "write", error);
  }
  ~Temporary() { ::unlink(path.c_str()); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
};

}  // namespace

std::string read_file(const std::string& path) {
  Descriptor file(path, O_RDONLY | O_NONBLOCK);  // a pipe must not make us wait
  struct stat status;
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) fail_on(path, "open", errno);
  if (S_ISDIR(status.st_mode)) fail_on(path, "read", EISDIR);
  if (!S_ISREG(status.st_mode)) fail("file", path + ": cannot read: it is not a regular file");
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno != EINTR) fail_on(path, "read", errno);
    if (got == 0) break;
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

void write_file(const std::string& path, std::string_view bytes) {
  if (const int error = write_all(path, O_TRUNC, bytes)) {
    ::unlink(path.c_str());
    fail_on(path, "write", error);
  }
}

void replace_file(const std::string& path, std::string_view bytes) {
  const Temporary temporary(path, bytes, path);
  rename_synced(temporary.path, path);
}

bool create_file(const std::string& path, std::string_view bytes) {
  const Temporary temporary(path, bytes, path);
  if (::link(temporary.path.c_str(), path.c_str()) == 0) return true;
  if (errno != EEXIST) fail_on(path, "put in place", errno);
  return false;
}

void remove_temporaries(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path parent = fs::path(path).parent_path();
  const std::regex digits("[0-9]+-[0-9]+");
  const std::string prefix = fs::path(path).filename().string() + ".", suffix = ".tmp";
  std::vector<fs::path> stale;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(parent.empty() ? "." : parent, none)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > prefix.size() + suffix.size() && name.starts_with(prefix) && name.ends_with(suffix) &&
        std::regex_match(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                         name.end() - static_cast<std::ptrdiff_t>(suffix.size()), digits))
      stale.push_back(entry.path());
  }
  for (const fs::path& each : stale) fs::remove(each, none);
}

void check_writable(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (fs::path(path).filename().empty() || fs::is_directory(path, none)) fail_on(path, "write", EISDIR);
  fs::path folder = fs::absolute(path, none).parent_path();
  while (folder.has_relative_path() && !fs::exists(folder, none)) folder = folder.parent_path();
  if (!fs::is_directory(folder, none)) fail_on(path, "write", ENOTDIR);
  const Temporary trial((folder / fs::path(path).filename()).string(), "", path);
}

void make_directories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) fail_on(path, "create the directory", error.value());
}

void rename_synced(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) fail_on(to, "put in place", errno);
  const std::string parent = std::filesystem::path(to).parent_path().string();
  Descriptor directory(parent.empty() ? "." : parent, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync a directory and say EINVAL: nothing more can be done there.
  if (directory.get() < 0 || (::fsync(directory.get()) != 0 && errno != EINVAL))
    fail_on(to, "sync the directory", errno);
}

std::string xxh64(std::string_view bytes) { return fmt::format("{:016x}", XXH64(bytes.data(), bytes.size(), 0)); }

}  // namespace rw::inline REWIND_ABI::nn
