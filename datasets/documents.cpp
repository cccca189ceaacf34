#include "datasets/documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

std::vector<std::vector<std::size_t>> split_documents(const TaggedCorpus& corpus,
                                                      const std::vector<std::size_t>& shares, Rng& rng) {
  std::vector<std::size_t> order(corpus.documents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);  // Fisher & Yates
  const std::size_t whole = std::accumulate(shares.begin(), shares.end(), std::size_t{0});
  std::vector<std::vector<std::size_t>> parts;
  std::size_t share_end = 0, begin = 0;
  for (const std::size_t share : shares) {
    share_end += share;
    const std::size_t end = whole == 0 ? 0 : order.size() * share_end / whole;
    if (begin == end)
      fail("documents", fmt::format("part {} with a share of {} in {} has none of {} documents; give it a larger share",
                                    parts.size() + 1, share, whole, order.size()));
    parts.emplace_back(order.data() + begin, order.data() + end);
    std::sort(parts.back().begin(), parts.back().end());
    begin = end;
  }
  return parts;
}

TaggedCorpus select_documents(const TaggedCorpus& corpus, const std::vector<std::size_t>& documents) {
  TaggedCorpus selected;
  for (const std::size_t document : documents) {
    if (document >= corpus.documents.size())
      fail("documents", fmt::format("expected a document below {}, got {}; is the list for another corpus?",
                                    corpus.documents.size(), document));
    const bool last = document + 1 == corpus.documents.size();
    const std::size_t end = last ? corpus.sentences.size() : corpus.documents[document + 1];
    selected.documents.push_back(selected.sentences.size());
    for (std::size_t i = corpus.documents[document]; i < end; ++i) selected.sentences.push_back(corpus.sentences[i]);
  }
  return selected;
}

TaggedCorpus hold_out(TaggedCorpus& corpus, double share, Rng& rng) {
  constexpr std::size_t fewest_documents = 20;
  if (!(share > 0 && share < 1))
    fail("documents", fmt::format("share {}: expected more than 0 and less than 1", share));
  if (corpus.documents.size() < fewest_documents) {
    corpus.documents.resize(corpus.sentences.size());
    std::iota(corpus.documents.begin(), corpus.documents.end(), std::size_t{0});
  }
  const std::size_t n = corpus.documents.size();
  const auto held = std::max<std::size_t>(static_cast<std::size_t>(std::llround(share * static_cast<double>(n))), 1);
  if (held >= n)
    fail("documents",
         fmt::format("a share of {} of {} leaves nothing; give more sentences, or hold out fewer", share, n));
  const auto parts = split_documents(corpus, {n - held, held}, rng);
  TaggedCorpus taken = select_documents(corpus, parts[1]);
  corpus = select_documents(corpus, parts[0]);
  return taken;
}

}  // namespace rw::inline REWIND_ABI::datasets
