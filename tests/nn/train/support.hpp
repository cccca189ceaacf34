// What the tests of training share.
#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "autograd/check.hpp"
#include "nn/train/serialize.hpp"

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

// A folder of one test, removed at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rewind-train-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

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

inline void put(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

// memcmp() may not be asked about the null of an empty array.
inline bool same_bits(const rw::Array& a, const rw::Array& b) {
  return a.size() == b.size() && (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size() * sizeof(rw::Scalar)) == 0);
}

// The same names, shapes and bits.
inline bool same(const rw::nn::NamedArrays& a, const rw::nn::NamedArrays& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.shape() == y.second.shape() && same_bits(x.second, y.second);
  });
}

inline rw::Array array_of(const rw::Shape& shape, double first = 1) {
  rw::Array a(shape);
  for (std::size_t i = 0; i < a.size(); ++i) a.data()[i] = static_cast<rw::Scalar>(first + 0.1 * double(i));
  return a;
}
