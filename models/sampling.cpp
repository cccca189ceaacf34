#include "models/sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::models {

void check(const SamplingOptions& options) {
  if (!(options.temperature >= 0 && std::isfinite(options.temperature)))
    fail("sample", fmt::format("temperature = {}: expected a number, 0 or more", options.temperature));
}

Index sample(const Array& logits, const SamplingOptions& options, Rng& rng) {
  pool::Vector<std::pair<double, Index>> likely(logits.size());
  for (std::size_t i = 0; i < likely.size(); ++i)
    likely[i] = {static_cast<double>(logits.data()[i]), static_cast<Index>(i)};
  std::sort(likely.begin(), likely.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  if (options.temperature == 0) return likely[0].second;
  if (options.top_k > 0 && options.top_k < likely.size()) likely.resize(options.top_k);

  double total = 0;
  const double most = likely[0].first;
  for (auto& [p, index] : likely) total += p = std::exp((p - most) / options.temperature);
  double left = rng.uniform() * total;
  for (const auto& [p, index] : likely)
    if ((left -= p) < 0) return index;
  return likely.back().second;
}

}  // namespace rw::inline REWIND_ABI::models
