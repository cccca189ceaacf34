// Named arrays in safetensors files, the format that PyTorch users exchange:
//   8 bytes: length of the header | header: JSON {name: {dtype, shape, data_offsets}} | the elements,
//   little-endian
// (https://github.com/huggingface/safetensors). Read F32, F64, F16 and BF16; written in Scalar's own type.
//
// The reader trusts nothing: what does not fit is an Error that says where, and it never allocates more than
// a small multiple of the file's own size.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "autograd/array.hpp"
#include "nn/module.hpp"

namespace rw::inline REWIND_ABI::nn {

using NamedArrays = std::vector<std::pair<std::string, Array>>;
using Metadata = std::map<std::string, std::string>;

struct SafeTensors {
  NamedArrays arrays;  // in the order of their elements in the file
  Metadata metadata;
};

// The file's bytes. "xxh64" is added to the metadata: the hash of the elements, which the reader compares.
std::string to_safetensors(const NamedArrays& arrays, const Metadata& metadata = {});
// `source` names the file in errors.
SafeTensors from_safetensors(std::string_view bytes, const std::string& source);

// Whole or not at all: an older file at `path` stays until the new one is on the disk.
void save_safetensors(const std::string& path, const NamedArrays& arrays, const Metadata& metadata = {});
SafeTensors load_safetensors(const std::string& path);

// Copies arrays into the parameters of the same names. Missing, unexpected and misshapen are three errors;
// nothing is changed unless everything fits.
void load_into(const NamedParameters& parameters, const NamedArrays& arrays);

NamedArrays copy_values(const NamedParameters& parameters);

}  // namespace rw::inline REWIND_ABI::nn
