// What tests share: how close arrays are, the message of an error, files of their own, real data.
#pragma once

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {

constexpr double tolerance = sizeof(Scalar) == 4 ? 2e-5 : 1e-10;

inline void check_close(const Array& a, const Array& b, double margin = tolerance) {
  REQUIRE(a.shape() == b.shape());
  std::size_t far = 0;  // a NaN is far from everything
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a.data()[i]), y = static_cast<double>(b.data()[i]);
    const double difference = std::abs(x - y) / std::max(1., std::abs(y));
    if (!(difference <= margin)) ++far;
    worst = std::max(worst, difference);
  }
  INFO("largest difference: " << worst);
  CHECK(far == 0);
}

}  // namespace rw::inline REWIND_ABI

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
