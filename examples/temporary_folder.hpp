// A folder that is gone when the program leaves its scope.
#pragma once

#include <filesystem>
#include <string>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::examples {

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& program) {
    std::string name = (std::filesystem::temp_directory_path() / (program + "-XXXXXX")).string();
    if (mkdtemp(name.data()) == nullptr) fail(program.c_str(), name + ": cannot make a folder for the model");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace rw::inline REWIND_ABI::examples
