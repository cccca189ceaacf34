#include "nn/stacked.hpp"

#include <string_view>

namespace rw::inline REWIND_ABI::nn {

std::string layer_name(const std::string& name, std::size_t layer) {
  constexpr std::string_view reverse = "_reverse";
  const std::string suffix = "_l" + std::to_string(layer);
  if (!name.ends_with(reverse)) return name + suffix;
  return name.substr(0, name.size() - reverse.size()) + suffix + std::string(reverse);
}

}  // namespace rw::inline REWIND_ABI::nn
