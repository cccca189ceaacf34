// What tests share: the message of an error, files of their own, real data.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "autograd/check.hpp"

// The message of the Error that f throws.
template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const rw::Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

// The folder of real data that REWIND_DATA names, or "".
inline std::string data_folder() {
  const char* named = std::getenv("REWIND_DATA");
  return named != nullptr && std::filesystem::is_directory(named) ? named : "";
}

// Files of one test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rewind-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

 private:
  std::string path_;
};

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream all;
  all << file.rdbuf();
  return all.str();
}
