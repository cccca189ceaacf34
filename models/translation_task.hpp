// Training a model that translates, and using it: Seq2Seq, Transformer, or another that has
//
//   Tensor loss(const datasets::PairBatch&) const;                   mean cross-entropy of the targets that count
//   std::vector<std::vector<Index>> translate(const IndexArray& sources, const IndexArray& lengths,
//                                             const BeamOptions&) const;
//   void set_teacher_forcing(double);                                if it can read its own words: TeacherForcing
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "autograd/check.hpp"
#include "datasets/pair_batch.hpp"
#include "datasets/token_batches.hpp"
#include "models/batch_task.hpp"
#include "models/beam_search.hpp"

namespace rw::inline REWIND_ABI::models {

// Mean cross-entropy a target, in nats; the model in eval mode. Pairs of like length share a batch of at most `batch`,
// and threads share the batches. Throws if there is no pair.
template <class Model>
double mean_loss(const Model& model, const datasets::IndexedPairs& pairs, std::size_t batch = 64) {
  if (pairs.size() == 0) fail("translation", "there is no pair to measure on");
  const auto batches = datasets::batches_by_length(datasets::lengths_of(pairs.target), batch);
  std::vector<double> sums(pairs.size()), counts(pairs.size());  // of each batch, under its first pair
  for_each_batch(model, batches, [&](const Model& copy, const datasets::Picks& picks) {
    const datasets::PairBatch part = datasets::batch_of(pairs, picks);
    counts[picks[0]] = static_cast<double>(part.count);
    sums[picks[0]] = static_cast<double>(copy.loss(part).item()) * counts[picks[0]];
  });
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) sum += sums[i], count += counts[i];
  return sum / count;
}

// The translation of each source, in their order; the model in eval mode, with at most limited_by_source() steps.
template <class Model>
std::vector<std::vector<Index>> translations_of(const Model& model, const datasets::Sequences& sources,
                                                const BeamOptions& options = {}, std::size_t batch = 32) {
  std::vector<std::vector<Index>> translations(sources.size());
  const auto batches = datasets::batches_by_length(datasets::lengths_of(sources), batch);
  for_each_batch(model, batches, [&](const Model& copy, const datasets::Picks& picks) {
    using namespace datasets;
    const Padded part = pad(sources, picks, special::padding, special::unknown);
    auto found = copy.translate(part.indices, part.lengths, limited_by_source(options, part.lengths));
    for (std::size_t b = 0; b < picks.size(); ++b) translations[picks[b]] = std::move(found[b]);
  });
  return translations;
}

// Scheduled sampling (Bengio et al. 2015): the probability that the decoder reads the target, not its own prediction,
// goes in a line from `first` to `last` in `steps` steps, and stays there.
struct TeacherForcing {
  double first = 1, last = 1;
  std::size_t steps = 0;

  double operator()(std::uint64_t step) const {
    if (step >= steps) return last;
    return first + (last - first) * static_cast<double>(step) / static_cast<double>(steps);
  }
};

template <class Model>
class TranslationTask final : public BatchTask<Model, datasets::PairBatch, datasets::TokenBatches> {
  using Base = BatchTask<Model, datasets::PairBatch, datasets::TokenBatches>;

 public:
  using Sample = std::function<std::string()>;  // something to look at after a validation; the model in eval mode

  // `tokens`: places in a batch, token_batches.hpp. All of them must outlive the task; `rng` is the model's.
  TranslationTask(Model& model, const datasets::IndexedPairs& training, const datasets::IndexedPairs& validation,
                  Rng& rng, std::size_t tokens, const TeacherForcing& forcing = {}, Sample sample = {})
      : Base(model, rng, batches_of(training, tokens, rng),
             [&training](const datasets::Picks& picks) { return datasets::batch_of(training, picks); }),
        validation_(validation),
        forcing_(forcing),
        sample_(std::move(sample)) {}

  std::string item_name() const override { return "target tokens"; }
  Tensor loss() override {
    if constexpr (requires { this->model_.set_teacher_forcing(1.); })
      this->model_.set_teacher_forcing(forcing_(this->steps_drawn()));
    return Base::loss();
  }
  double validate() override { return mean_loss(this->model_, validation_); }
  std::string sample() override { return sample_ ? sample_() : ""; }

 private:
  static datasets::TokenBatches batches_of(const datasets::IndexedPairs& pairs, std::size_t tokens, Rng& rng) {
    return {datasets::lengths_of(pairs.source), datasets::lengths_of(pairs.target), tokens, rng};
  }

  const datasets::IndexedPairs& validation_;
  TeacherForcing forcing_;
  Sample sample_;
};

}  // namespace rw::inline REWIND_ABI::models
