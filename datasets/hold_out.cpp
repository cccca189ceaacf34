#include "datasets/hold_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

// For each of n whether it is taken.
std::vector<bool> draw(double share, std::size_t n, const char* what, Rng& rng) {
  if (!(share > 0 && share < 1)) fail("hold_out", fmt::format("share {}: expected more than 0 and less than 1", share));
  auto wanted = std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(share * static_cast<double>(n))));
  if (wanted >= n)
    fail("hold_out",
         fmt::format("a share of {} of {} leaves nothing; give more {}, or hold out fewer", share, n, what));
  std::vector<bool> taken(n);
  for (std::size_t i = 0; i < n; ++i) {  // each of those left is as probable to be taken
    taken[i] = rng.below(n - i) < wanted;
    if (taken[i]) --wanted;
  }
  return taken;
}

}  // namespace

LabelledTexts hold_out(LabelledTexts& texts, double share, Rng& rng) {
  const std::vector<bool> taken = draw(share, texts.examples.size(), "texts", rng);
  LabelledTexts held{texts.classes, {}}, kept = held;
  for (std::size_t i = 0; i < taken.size(); ++i)
    (taken[i] ? held : kept).examples.push_back(std::move(texts.examples[i]));
  texts = std::move(kept);
  return held;
}

ParallelText hold_out(ParallelText& pairs, double share, Rng& rng) {
  const std::vector<bool> taken = draw(share, pairs.size(), "pairs", rng);
  ParallelText held, kept{{}, {}, pairs.blank};
  for (std::size_t i = 0; i < taken.size(); ++i) {
    ParallelText& part = taken[i] ? held : kept;
    part.source.push_back(std::move(pairs.source[i])), part.target.push_back(std::move(pairs.target[i]));
    if (!pairs.lines.empty()) part.lines.push_back(pairs.lines[i]);
  }
  pairs = std::move(kept);
  return held;
}

TaggedCorpus hold_out(TaggedCorpus& corpus, double share, Rng& rng) {
  constexpr std::size_t fewest_documents = 20;
  const auto& [sentences, documents] = corpus;
  const bool whole = documents.size() >= fewest_documents;
  const std::vector<bool> taken =
      draw(share, whole ? documents.size() : sentences.size(), whole ? "documents" : "sentences", rng);
  TaggedCorpus held, kept;
  bool in_held = false, in_kept = false;  // has this document a sentence in it?
  for (std::size_t i = 0, d = 0; i < sentences.size(); ++i) {
    if (d + 1 < documents.size() && documents[d + 1] == i) ++d, in_held = in_kept = false;
    const bool take = taken[whole ? d : i];
    TaggedCorpus& part = take ? held : kept;
    if (!std::exchange(take ? in_held : in_kept, true)) part.documents.push_back(part.sentences.size());
    part.sentences.push_back(std::move(corpus.sentences[i]));
  }
  corpus = std::move(kept);
  return held;
}

}  // namespace rw::inline REWIND_ABI::datasets
