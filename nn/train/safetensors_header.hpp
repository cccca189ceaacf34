// The header of a safetensors file, checked against the format's threat model: length capped, no duplicate
// keys, no overlap and no hole between the tensors, multiplication checked, nothing outside of the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI::nn {

struct TensorEntry {
  std::string name, dtype;
  Shape shape;
  std::size_t begin = 0, end = 0;  // bytes from the start of the elements
};

struct SafeTensorsHeader {
  std::vector<TensorEntry> entries;  // by `begin`
  Metadata metadata;
  std::size_t data = 0;  // where the elements start
};

SafeTensorsHeader parse_safetensors_header(std::string_view bytes, const std::string& source);

}  // namespace rw::inline REWIND_ABI::nn
