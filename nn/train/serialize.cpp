#include "nn/train/serialize.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"
#include "nn/train/safetensors_header.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

// IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits.
float from_half(std::uint16_t h) {
  const std::uint32_t sign = std::uint32_t{h} >> 15 << 31, exponent = h >> 10 & 31, fraction = h & 1023;
  if (exponent == 0) {  // zero and subnormals: fraction 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}
// bfloat16 is the upper half of a float.
float from_bfloat(std::uint16_t b) { return std::bit_cast<float>(std::uint32_t{b} << 16); }

template <class Stored, class Convert>
void convert(const char* from, Array& to, Convert&& value) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, from + i * sizeof(Stored), sizeof(Stored));
    to.data()[i] = static_cast<Scalar>(value(stored));
  }
}

Array read_elements(const TensorEntry& entry, const char* from) {
  Array array(entry.shape);
  if (entry.dtype == "F64")
    convert<double>(from, array, [](double x) { return x; });
  else if (entry.dtype == "F32")
    convert<float>(from, array, [](float x) { return x; });
  else if (entry.dtype == "F16")
    convert<std::uint16_t>(from, array, from_half);
  else
    convert<std::uint16_t>(from, array, from_bfloat);
  return array;
}

// "'a', 'b', 'c' and 4 more"
std::string listed(const std::vector<std::string>& items) {
  std::string text = items.front();
  for (std::size_t i = 1; i < items.size() && i < 3; ++i) text += ", " + items[i];
  return items.size() <= 3 ? text : fmt::format("{} and {} more", text, items.size() - 3);
}

}  // namespace

std::string to_safetensors(const NamedArrays& arrays, const Metadata& metadata) {
  std::string data;
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  header["__metadata__"] = metadata;
  for (const auto& [name, array] : arrays) {
    const std::size_t begin = data.size();
    data.append(reinterpret_cast<const char*>(array.data()), array.size() * sizeof(Scalar));
    if (header.contains(name)) fail("safetensors", fmt::format("two arrays have the name '{}'", name));
    header[name] = {{"dtype", sizeof(Scalar) == 4 ? "F32" : "F64"},
                    {"shape", std::vector<std::size_t>(array.shape().begin(), array.shape().end())},
                    {"data_offsets", {begin, data.size()}}};
  }
  header["__metadata__"]["xxh64"] = xxh64(data);
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the elements are aligned
  const std::uint64_t length = text.size();
  return std::string(reinterpret_cast<const char*>(&length), 8) + text + data;
}

SafeTensors from_safetensors(std::string_view bytes, const std::string& source) {
  SafeTensorsHeader header = parse_safetensors_header(bytes, source);
  const std::string_view data = bytes.substr(header.data);
  if (const auto wanted = header.metadata.find("xxh64"); wanted != header.metadata.end())
    if (wanted->second != xxh64(data))
      fail("safetensors", source +
                              ": the elements do not have the checksum in the header: the file was damaged "
                              "(a bit has flipped) or changed by hand; use another copy");
  SafeTensors file;
  file.metadata = std::move(header.metadata);
  file.arrays.reserve(header.entries.size());
  for (TensorEntry& entry : header.entries)
    file.arrays.emplace_back(std::move(entry.name), read_elements(entry, data.data() + entry.begin));
  return file;
}

void save_safetensors(const std::string& path, const NamedArrays& arrays, const Metadata& metadata) {
  replace_file(path, to_safetensors(arrays, metadata));
}

SafeTensors load_safetensors(const std::string& path) { return from_safetensors(read_file(path), path); }

void load_into(const NamedParameters& parameters, const NamedArrays& arrays) {
  std::unordered_map<std::string, const Array*> given;
  for (const auto& [name, array] : arrays) given.emplace(name, &array);
  std::vector<std::string> missing, unexpected, misshapen;
  std::set<std::string> expected;
  for (const auto& [name, parameter] : parameters) {
    expected.insert(name);
    const auto found = given.find(name);
    if (found == given.end())
      missing.push_back(fmt::format("'{}' {}", name, to_string(parameter.shape())));
    else if (found->second->shape() != parameter.shape())
      misshapen.push_back(fmt::format("'{}': expected {}, got {}", name, to_string(parameter.shape()),
                                      to_string(found->second->shape())));
  }
  for (const auto& [name, array] : arrays)
    if (!expected.contains(name)) unexpected.push_back(fmt::format("'{}' {}", name, to_string(array.shape())));
  if (!missing.empty()) fail("load", "missing, the model needs it: " + listed(missing));
  if (!unexpected.empty()) fail("load", "unexpected, the model has no such parameter: " + listed(unexpected));
  if (!misshapen.empty()) fail("load", "wrong shape of " + listed(misshapen));
  for (auto& [name, parameter] : parameters) {
    const Array& from = *given.at(name);
    Tensor handle = parameter;
    std::copy_n(from.data(), from.size(), handle.mutate().data());
  }
}

NamedArrays copy_values(const NamedParameters& parameters) {
  NamedArrays values;
  for (const auto& [name, parameter] : parameters) values.emplace_back(name, parameter.value());
  return values;
}

}  // namespace rw::inline REWIND_ABI::nn
