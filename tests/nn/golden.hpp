// Golden values of other libraries, from tests/golden/*.safetensors.
#pragma once

#include <map>
#include <string>

#include "nn/train/serialize.hpp"

namespace rw::inline REWIND_ABI {

constexpr double parity = sizeof(Scalar) == 4 ? 1e-5 : 1e-10;

// The arrays whose names begin with `prefix`, without it.
inline std::map<std::string, Array> golden(const std::string& file, const std::string& prefix) {
  static std::map<std::string, nn::SafeTensors> files;
  if (!files.contains(file)) files[file] = nn::load_safetensors(REWIND_SOURCE_DIR "/tests/golden/" + file);
  std::map<std::string, Array> found;
  for (const auto& [name, array] : files[file].arrays)
    if (name.starts_with(prefix)) found[name.substr(prefix.size())] = array;
  return found;
}

}  // namespace rw::inline REWIND_ABI
