// Parts of a batch.
#include "datasets/text_batch.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace rw;
using namespace rw::datasets;

namespace {

IndexArray array(const Shape& shape, std::initializer_list<Index> values) {
  IndexArray x(shape);
  std::copy(values.begin(), values.end(), x.begin());
  return x;
}

}  // namespace

TEST_CASE("a part of a batch has its sequences' columns, and its words' characters", "[text_batch]") {
  TaggedBatch batch{array({2, 3}, {1, 2, 3, 4, 5, 0}),
                    array({3}, {2, 2, 1}),
                    array({2, 3}, {11, 12, 13, 14, 15, 10}),
                    {array({2, 6}, {1, 2, 3, 4, 5, 0, 1, 0, 0, 4, 0, 0}), array({6}, {2, 1, 1, 2, 1, 1})},
                    array({2, 3}, {7, 8, 9, 6, 5, ignored})};
  const TaggedBatch part = part_of(batch, 1, 3);
  CHECK(part.size() == 2);
  CHECK(part.words == array({2, 2}, {2, 3, 5, 0}));
  CHECK(part.lengths == array({2}, {2, 1}));
  CHECK(part.shapes == array({2, 2}, {12, 13, 15, 10}));
  CHECK(part.characters.indices == array({2, 4}, {2, 3, 5, 0, 0, 0, 0, 0}));
  CHECK(part.characters.lengths == array({4}, {1, 1, 1, 1}));
  CHECK(part.tags == array({2, 2}, {8, 9, 5, ignored}));

  const TextBatch text = part_of(TextBatch{batch.words, batch.lengths, array({3}, {0, 1, 1})}, 0, 1);
  CHECK(text.words == array({2, 1}, {1, 4}));
  CHECK(text.labels == array({1}, {0}));
}
