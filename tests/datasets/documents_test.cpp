#include "datasets/documents.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;
using Numbers = std::vector<std::size_t>;

namespace {

// Document d has 1 + d % 3 sentences of one token, its number.
TaggedCorpus corpus(std::size_t documents) {
  TaggedCorpus made;
  for (std::size_t d = 0; d < documents; ++d) {
    made.documents.push_back(made.sentences.size());
    for (std::size_t i = 0; i <= d % 3; ++i) made.sentences.push_back({{std::to_string(d)}, {"O"}});
  }
  return made;
}

std::vector<Numbers> split(std::size_t documents, const Numbers& shares, std::uint64_t seed) {
  Rng rng(seed);
  return split_documents(corpus(documents), shares, rng);
}

}  // namespace

TEST_CASE("each document falls in one part, by the shares, seeded") {
  const std::vector<Numbers> parts = split(145, {8, 1, 1}, 1);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].size() == 116);
  CHECK(parts[1].size() == 14);
  CHECK(parts[2].size() == 15);
  Numbers all;
  for (const Numbers& part : parts) {
    CHECK(std::is_sorted(part.begin(), part.end()));
    all.insert(all.end(), part.begin(), part.end());
  }
  std::sort(all.begin(), all.end());
  Numbers wanted(145);
  std::iota(wanted.begin(), wanted.end(), std::size_t{0});
  CHECK(all == wanted);
  CHECK(split(145, {8, 1, 1}, 1) == parts);
  CHECK(split(145, {8, 1, 1}, 2) != parts);
  CHECK(split(1, {1}, 1) == std::vector<Numbers>{{0}});
}

TEST_CASE("every document is in a part as often as its share says") {
  Numbers often(5);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) ++often[split(5, {4, 1}, seed)[1][0]];
  for (const std::size_t count : often) CHECK(std::abs(static_cast<double>(count) - 400) < 90);  // 5 deviations
}

TEST_CASE("the corpus of some documents") {
  const TaggedCorpus selected = select_documents(corpus(5), {4, 2});
  REQUIRE(selected.sentences.size() == 5);
  CHECK(selected.documents == Numbers{0, 2});
  CHECK(selected.sentences[1].tokens[0] == "4");
  CHECK(selected.sentences[2].tokens[0] == "2");
  CHECK(select_documents(corpus(5), {}).sentences.empty());
}

TEST_CASE("an empty part and a document that is not there are refused") {
  const std::string advice = " documents; give it a larger share";
  CHECK(message_of([] {
          split(2, {1, 1, 1}, 1);
        }) == "[documents] part 1 with a share of 1 in 3 has none of 2" + advice);
  CHECK(message_of([] { split(9, {1, 0}, 1); }) == "[documents] part 2 with a share of 0 in 1 has none of 9" + advice);
  CHECK(message_of([] { split(9, {0}, 1); }) == "[documents] part 1 with a share of 0 in 0 has none of 9" + advice);
  CHECK(message_of([] {
          select_documents(corpus(3), {0, 3});
        }) == "[documents] expected a document below 3, got 3; is the list for another corpus?");
}
