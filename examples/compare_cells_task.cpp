#include "examples/compare_cells_task.hpp"

#include <algorithm>
#include <numeric>

namespace rw::inline REWIND_ABI::examples {

std::size_t count_parameters(ComparedModel& model) {
  std::size_t n = 0;
  for (const auto& [name, p] : model.task().parameters()) n += p.size();
  return n;
}

std::vector<std::size_t> longest(const std::vector<std::size_t>& lengths, std::size_t n) {
  std::vector<std::size_t> order(lengths.size());
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
  order.resize(std::min(n, order.size()));
  return order;
}

}  // namespace rw::inline REWIND_ABI::examples
