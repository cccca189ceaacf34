#include "models/beam_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::models {
namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();

struct Living {
  double log_p = 0;
  std::vector<Index> tokens = {};
};

struct Continuation {
  double log_p;
  std::size_t parent;  // which of the living
  Index token;
};

// The search for one sentence.
class Search {
 public:
  std::size_t sentence, step = 0;
  std::vector<Living> living{Living{}};

  Search(std::size_t number, const BeamOptions& options)
      : sentence(number), options_(options), longest_(options.longest) {
    if (!options.longest_of.empty()) longest_ = std::min(longest_, options.longest_of[number]);
  }

  // One step on: log p (living, V). The new hypotheses' parents, among the old ones.
  std::vector<std::size_t> advance(const Scalar* log_p, std::size_t V) {
    const std::vector<Continuation> best = best_of(log_p, V);
    ++step;
    if (best.empty() && ended_ == 0)
      fail("beam_search",
           fmt::format("sentence {}, step {}: every index is forbidden or has probability 0", sentence, step));
    std::vector<Living> next;
    std::vector<std::size_t> parents;
    for (const auto& [sum, parent, token] : best) {
      if (token == options_.end) {
        ++ended_, offer({living[parent].tokens, score(sum, step), true});
      } else {
        next.push_back({sum, living[parent].tokens}), parents.push_back(parent);
        next.back().tokens.push_back(token);
      }
    }
    living = std::move(next);
    if (step == longest_ && ended_ == 0) best_ = {living[0].tokens, score(living[0].log_p, step), false};
    return parents;
  }

  // What a living hypothesis adds to its log p is at most 0, and its length at most `longest`. Once `beam` have ended,
  // only one that is ahead goes on.
  bool done() const {
    if (living.empty() || step == longest_) return true;
    if (ended_ == 0) return false;
    return score(living[0].log_p, ended_ >= options_.beam ? step : longest_) <= best_.score;
  }
  const Hypothesis& best() const { return best_; }

 private:
  double score(double log_p, std::size_t length) const {
    return log_p / std::pow(static_cast<double>(length), options_.length_penalty);
  }

  void offer(Hypothesis hypothesis) {
    if (!best_.ended || hypothesis.score > best_.score) best_ = std::move(hypothesis);
  }

  bool forbidden(Index token) const {
    return std::find(options_.forbidden.begin(), options_.forbidden.end(), token) != options_.forbidden.end();
  }

  // The `beam` best continuations, the best one first.
  std::vector<Continuation> best_of(const Scalar* log_p, std::size_t V) const {
    std::vector<Continuation> best;
    double least = impossible;  // what a continuation has to beat
    for (std::size_t i = 0; i < living.size(); ++i)
      for (std::size_t v = 0; v < V; ++v) {
        const double sum = living[i].log_p + static_cast<double>(log_p[i * V + v]);
        if (sum <= least) continue;
        if (std::isnan(sum))
          fail("beam_search", fmt::format("sentence {}, step {}: log p of index {} is NaN: are the model's weights "
                                          "numbers?",
                                          sentence, step + 1, v));
        if (forbidden(static_cast<Index>(v))) continue;
        if (best.size() == options_.beam) best.pop_back();
        const auto worse = [&](const Continuation& other) { return other.log_p < sum; };
        best.insert(std::find_if(best.begin(), best.end(), worse), {sum, i, static_cast<Index>(v)});
        if (best.size() == options_.beam) least = best.back().log_p;
      }
    return best;
  }

  const BeamOptions& options_;
  std::size_t longest_, ended_ = 0;
  Hypothesis best_;
};

void check(const BeamOptions& options, std::size_t B) {
  if (options.beam == 0) fail("beam_search", "beam = 0: expected at least 1, which is greedy");
  if (!(options.length_penalty >= 0 && std::isfinite(options.length_penalty)))
    fail("beam_search", fmt::format("length_penalty = {}: expected a number, 0 or more", options.length_penalty));
  const auto& each = options.longest_of;
  if (options.longest == 0 || std::find(each.begin(), each.end(), 0u) != each.end())
    fail("beam_search", "longest = 0: expected at least 1 step");
  if (!each.empty() && each.size() != B)
    fail("beam_search",
         fmt::format("longest_of: expected one number for each of {} sentences, got {}", B, each.size()));
}

void check_result(const Tensor& log_p, std::size_t rows, Index end) {
  check_rank("beam_search", "log p (N, V)", 2, log_p.shape());
  check_shape("beam_search", "log p", {rows, log_p.size(1)}, log_p.shape());
  if (end < 0 || static_cast<std::size_t>(end) >= log_p.size(1))
    fail("beam_search", fmt::format("end = {}: the decoder knows the indices 0 ... {}", end, log_p.size(1) - 1));
}

IndexArray index_array(const std::vector<Index>& values) {
  IndexArray array(Shape{values.size()});
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

}  // namespace

BeamOptions limited_by_source(BeamOptions options, const IndexArray& lengths) {
  options.longest_of.clear();
  for (const Index length : lengths) options.longest_of.push_back(static_cast<std::size_t>(length) * 3 / 2 + 10);
  return options;
}

std::vector<Hypothesis> beam_search(StepDecoder& decoder, std::size_t B, const BeamOptions& options) {
  check(options, B);
  const Pause pause;
  std::vector<Hypothesis> best(B);
  std::vector<Search> going;
  for (std::size_t b = 0; b < B; ++b) going.emplace_back(b, options);
  std::vector<Index> tokens(B, options.begin);
  while (!going.empty()) {
    const Tensor log_p = decoder.step(index_array(tokens));
    check_result(log_p, tokens.size(), options.end);
    std::vector<Search> left;
    std::vector<Index> rows;
    std::size_t row = 0;  // of the sentence's first hypothesis
    tokens.clear();
    for (Search& search : going) {
      const std::size_t n = search.living.size(), V = log_p.size(1);
      const std::vector<std::size_t> parents = search.advance(log_p.value().data() + row * V, V);
      if (search.done()) {
        best[search.sentence] = search.best();
      } else {
        for (const std::size_t parent : parents) rows.push_back(static_cast<Index>(row + parent));
        for (const Living& hypothesis : search.living) tokens.push_back(hypothesis.tokens.back());
        left.push_back(std::move(search));
      }
      row += n;
    }
    going = std::move(left);
    if (!going.empty()) decoder.select(index_array(rows));
  }
  return best;
}

}  // namespace rw::inline REWIND_ABI::models
