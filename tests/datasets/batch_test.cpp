#include "datasets/batch.hpp"

#include <catch2/catch.hpp>

using namespace rw;
using namespace rw::datasets;

TEST_CASE("some streams of a batch") {
  Batch batch{IndexArray(Shape{2, 5}), IndexArray(Shape{2, 5}), 9};
  for (Index i = 0; i < 10; ++i) batch.inputs.data()[i] = i, batch.targets.data()[i] = i + 1;
  batch.targets(1, 4) = ignored;
  const Batch part = streams_of(batch, 3, 5);
  CHECK(part.inputs == IndexArray{{3, 4}, {8, 9}});
  CHECK(part.targets == IndexArray{{4, 5}, {9, ignored}});
  CHECK(part.count == 3);
  const Batch whole = streams_of(batch, 0, 5);
  CHECK(whole.inputs == batch.inputs);
  CHECK(whole.count == 9);
}
