// What the tests of training share.
#pragma once

#include <algorithm>
#include <cstring>
#include <fstream>
#include <string>

#include "nn/train/serialize.hpp"
#include "tests/support.hpp"

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
