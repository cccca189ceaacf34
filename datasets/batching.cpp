#include "datasets/batching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <span>
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

// Sorts order[begin ... end - 1] by length and appends it to `batches` in batches of `batch`.
void cut_by_length(Picks& order, std::size_t begin, std::size_t end, const std::vector<std::size_t>& lengths,
                   std::size_t batch, std::vector<Picks>& batches) {
  const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
  std::stable_sort(at(begin), at(end), [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });
  for (std::size_t size = 0; begin < end; begin += size) {
    size = std::min(batch, end - begin);
    batches.emplace_back(at(begin), at(begin + size));
  }
}

// Batches of `batch` in an epoch of n sequences.
std::size_t steps_of(std::size_t n, std::size_t batch, std::size_t pool) {
  if (n == 0) fail("batches", "lengths: there is no sequence to make batches of; give a data set with examples");
  if (batch == 0 || pool == 0)
    fail("batches", fmt::format("--batch {} in pools of {}: both must be at least 1", batch, pool));
  return (n - 1) / batch + 1;
}

using Columns = std::vector<std::span<const Index>>;

Padded pad(const Columns& columns, Index padding) {
  const std::size_t B = columns.size();
  std::size_t T = 0;
  for (const auto& column : columns) T = std::max(T, column.size());
  Padded padded{IndexArray(Shape{T, B}, padding), IndexArray(Shape{B})};
  for (std::size_t b = 0; b < B; ++b) {
    padded.lengths.data()[b] = static_cast<Index>(columns[b].size());
    for (std::size_t t = 0; t < columns[b].size(); ++t) padded.indices.data()[t * B + b] = columns[b][t];
  }
  return padded;
}

}  // namespace

EpochBatches::EpochBatches(std::size_t steps, Rng& rng) : steps_(steps) { cursor_.seed = rng.bits(); }

Picks EpochBatches::next() {
  if (drawn_ != cursor_.seed) {
    Rng rng(cursor_.seed);
    next_seed_ = rng.bits();
    batches_ = draw(rng);
    drawn_ = cursor_.seed;
  }
  Picks picks = batches_[cursor_.step];
  if (++cursor_.step == steps_) cursor_ = {cursor_.epoch + 1, 0, next_seed_};
  return picks;
}

void EpochBatches::set_cursor(const Cursor& cursor) {
  if (cursor.step >= steps_)
    fail("batches", fmt::format("cursor: step {}, but an epoch has {} steps; resume with the same data and batch size",
                                cursor.step, steps_));
  cursor_ = cursor;
}

LengthBatches::LengthBatches(std::vector<std::size_t> lengths, std::size_t batch, Rng& rng, std::size_t pool)
    : EpochBatches(steps_of(lengths.size(), batch, pool), rng),
      lengths_(std::move(lengths)),
      batch_(std::min(batch, lengths_.size())),
      pool_(std::min(pool, lengths_.size())) {}

std::vector<Picks> LengthBatches::draw(Rng& rng) const {
  const std::size_t n = lengths_.size();
  Picks order = in_order(n);
  shuffle(order, rng);
  std::vector<Picks> batches;
  for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
    end = std::min(n, begin + pool_ * batch_);
    cut_by_length(order, begin, end, lengths_, batch_, batches);
  }
  shuffle(batches, rng);
  return batches;
}

std::vector<Picks> batches_by_length(const std::vector<std::size_t>& lengths, std::size_t batch) {
  if (batch == 0) fail("batches", "--batch 0 must be at least 1");
  std::vector<Picks> batches;
  Picks order = in_order(lengths.size());
  cut_by_length(order, 0, order.size(), lengths, batch, batches);
  return batches;
}

std::vector<std::size_t> lengths_of(const Sequences& sequences) {
  std::vector<std::size_t> lengths;
  lengths.reserve(sequences.size());
  for (const auto& sequence : sequences) lengths.push_back(sequence.size());
  return lengths;
}

void cut(std::vector<Index>& sequence, std::size_t head, std::size_t tail) {
  const std::size_t n = sequence.size();
  if (head >= n || tail >= n - head) return;
  sequence.erase(sequence.begin() + static_cast<std::ptrdiff_t>(head),
                 sequence.end() - static_cast<std::ptrdiff_t>(tail));
}

Padded pad(const Sequences& sequences, const Picks& picks, Index padding, Index unknown) {
  if (picks.empty()) fail("pad", "picks: none, but a batch needs at least one sequence");
  Columns columns;
  columns.reserve(picks.size());
  for (const std::size_t pick : picks) {
    if (pick >= sequences.size())
      fail("pad", fmt::format("picks: {}, but there are {} sequences", pick, sequences.size()));
    columns.emplace_back(sequences[pick]);
    if (columns.back().empty()) columns.back() = {&unknown, 1};
  }
  return pad(columns, padding);
}

Padded pad_characters(const Sequences& characters, const IndexArray& words, Index padding) {
  if (words.size() == 0) fail("pad_characters", "words: none, but a batch needs at least one");
  Columns columns;
  columns.reserve(words.size());
  for (const Index word : words.storage()) {
    if (word < -1 || word >= std::ssize(characters))
      fail("pad_characters",
           fmt::format("words: {}, but there are the characters of {}; no word is -1", word, characters.size()));
    columns.emplace_back();
    if (word >= 0) columns.back() = characters[static_cast<std::size_t>(word)];
    if (columns.back().empty()) columns.back() = {&padding, 1};
  }
  return pad(columns, padding);
}

}  // namespace rw::inline REWIND_ABI::datasets
