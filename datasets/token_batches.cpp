#include "datasets/token_batches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "autograd/check.hpp"
#include "datasets/shuffle.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

Picks in_order(std::size_t n) {
  Picks order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

// The places of a pair in a batch: an empty source is one step, a target has begin or end beside its words.
struct Places {
  std::size_t source, target;

  // By target, then source, which rises and falls in turns: neighbours are alike where the target grows as well.
  bool operator<(const Places& other) const {
    if (target != other.target) return target < other.target;
    return target % 2 == 0 ? source < other.source : source > other.source;
  }
};

}  // namespace

TokenBatches::Plan TokenBatches::plan_of(const std::vector<std::size_t>& source_lengths,
                                         const std::vector<std::size_t>& target_lengths, std::size_t tokens) {
  const std::size_t n = source_lengths.size();
  if (n == 0) fail("token_batches", "lengths: there is no pair to make batches of; give a data set with pairs");
  if (n != target_lengths.size())
    fail("token_batches", fmt::format("lengths: {} sources, but {} targets; give as many", n, target_lengths.size()));
  if (tokens == 0) fail("token_batches", "tokens: 0 in a batch, expected at least 1");
  const auto places = [&](std::size_t i) {
    return Places{std::max<std::size_t>(source_lengths[i], 1), target_lengths[i] + 1};
  };
  Picks order = in_order(n);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return places(a) < places(b); });
  Plan plan{std::vector<std::size_t>(n), {}};
  Places longest{0, 0};  // of the batch that is being filled
  for (std::size_t i = 0, rank = 0; i < n; ++i) {
    const Places own = places(order[i]);
    if (i > 0 && places(order[i - 1]) < own) ++rank;
    plan.ranks[order[i]] = rank;
    longest = {std::max(longest.source, own.source), std::max(longest.target, own.target)};
    if (i == 0 || (plan.sizes.back() + 1) * (longest.source + longest.target) > tokens) {
      plan.sizes.push_back(0);
      longest = own;
    }
    ++plan.sizes.back();
  }
  return plan;
}

TokenBatches::TokenBatches(const std::vector<std::size_t>& source_lengths,
                           const std::vector<std::size_t>& target_lengths, std::size_t tokens, Rng& rng)
    : TokenBatches(plan_of(source_lengths, target_lengths, tokens), rng) {}

TokenBatches::TokenBatches(Plan plan, Rng& rng) : EpochBatches(plan.sizes.size(), rng), plan_(std::move(plan)) {}

std::vector<Picks> TokenBatches::draw(Rng& rng) const {
  Picks order = in_order(plan_.ranks.size());
  shuffle(order, rng);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return plan_.ranks[a] < plan_.ranks[b]; });
  std::vector<Picks> batches;
  for (auto begin = order.begin(); const std::size_t size : plan_.sizes) {
    batches.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(size));
    begin += static_cast<std::ptrdiff_t>(size);
  }
  shuffle(batches, rng);
  return batches;
}

}  // namespace rw::inline REWIND_ABI::datasets
