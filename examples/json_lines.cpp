#include "examples/json_lines.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {

std::vector<nlohmann::json> read_json_lines(const std::string& path) {
  std::vector<nlohmann::json> all;
  if (!std::filesystem::exists(path)) return all;
  std::istringstream lines(nn::read_file(path));
  for (std::string line; std::getline(lines, line);)
    if (auto object = nlohmann::json::parse(line, nullptr, false); object.is_object()) all.push_back(std::move(object));
  return all;
}

}  // namespace rw::inline REWIND_ABI::examples
