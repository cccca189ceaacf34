// The beginning of a file that is on its way: TARGET.part, and in TARGET.part.tag the server's name for the version it
// is of (an ETag or a date), without which nothing may be added to it. The folder is locked meanwhile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// A file descriptor, closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

// Whatever fails is an Error with the path and the system's reason.
class PartFile {
 public:
  // Throws if the folder cannot be written, or if another process fetches into it.
  explicit PartFile(std::string target);
  ~PartFile();  // what was received stays for the next time; an empty file does not
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  const std::string& tag() const { return tag_; }  // "": what is there cannot be continued

  void restart(const std::string& tag);  // empty, and from now on of that version
  void append(std::string_view bytes);
  void become_target();  // synced and renamed: the target is whole, or as it was

 private:
  std::string target_, path_, tag_path_, tag_;
  std::uint64_t size_ = 0;
  Descriptor folder_, file_;
};

}  // namespace rw::inline REWIND_ABI::examples
