#include "datasets/documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "autograd/check.hpp"
#include "datasets/shuffle.hpp"

namespace rw::inline REWIND_ABI::datasets {

std::vector<std::vector<std::size_t>> split_documents(const TaggedCorpus& corpus,
                                                      const std::vector<std::size_t>& shares, Rng& rng) {
  std::vector<std::size_t> order(corpus.documents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  shuffle(order, rng);
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

}  // namespace rw::inline REWIND_ABI::datasets
